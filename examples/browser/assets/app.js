// What the dashboard does by itself: count down, renew, and hold a connection open. Every page
// works without this.

const countdown = document.getElementById("countdown");
if (countdown) watch(countdown);

function watch(countdown) {
  const renewButton = document.getElementById("renew");
  // The server's clock counts, and the browser's may be wrong.
  const skew = Number(countdown.dataset.now) - Date.now() / 1000;
  const secondsLeft = () => Number(countdown.dataset.expires) - Date.now() / 1000 - skew;
  let renewals = 0;
  let renewing = null;
  let waitUntil = 0;
  let over = false;

  function show() {
    const left = over ? 0 : Math.max(0, secondsLeft());
    const lifetime = countdown.dataset.expires - countdown.dataset.issued;
    countdown.textContent = Math.ceil(left);
    const share = Math.min(100, (100 * left) / lifetime);
    document.getElementById("dial-left").setAttribute("stroke-dasharray", `${share} 100`);
  }

  // One renewal at a time, however many ask for it.
  function renew() {
    renewing ??= askForRenewal().finally(() => { renewing = null; });
    return renewing;
  }

  async function askForRenewal() {
    const headers = { "X-CSRF-Token": csrfToken() };
    const answer = await fetch("/api/auth/refresh", { method: "POST", headers }).catch(() => null);
    if (answer?.ok) {
      const { expires_at, expires_in } = await answer.json();
      Object.assign(countdown.dataset, { expires: expires_at, issued: expires_at - expires_in });
      document.getElementById("renewals").textContent = ++renewals;
      show();
    } else if (answer?.status === 401 || answer?.status === 403) {
      if (!over) location.assign("/login");
    } else {
      // The server is away for a moment.
      waitUntil = Date.now() + 2000;
    }
  }

  function tick() {
    if (over) return;
    show();
    if (secondsLeft() <= 0 && Date.now() >= waitUntil) renew();
  }

  function connect() {
    if (over) return;
    say("connecting");
    const socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws`);
    const renewalsBefore = renewals;
    socket.onopen = () => say("open");
    socket.onclose = ({ code }) => {
      say(`closed ${code}`);
      if (code === 1008) {
        end();
      } else {
        const hasExpired = code === 3000 && renewals === renewalsBefore;
        setTimeout(() => reconnect(hasExpired), code === 3000 ? 200 : 2000);
      }
    };
  }

  async function reconnect(hasExpired) {
    if (hasExpired || secondsLeft() <= 0) await renew();
    connect();
  }

  function say(state) {
    const pill = document.getElementById("socket");
    pill.textContent = state;
    pill.className = `pill ${state.split(" ")[0]}`;
  }

  function end() {
    over = true;
    show();
    renewButton.disabled = true;
    document.getElementById("ended").hidden = false;
  }

  renewButton.hidden = false;
  renewButton.onclick = renew;
  setInterval(tick, 250);
  tick();
  connect();
}

// Behind https the cookie's name has a prefix.
function csrfToken() {
  return /(?:^|; )(?:__Host-)?csrf_refresh_token=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}
