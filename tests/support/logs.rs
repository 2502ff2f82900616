//! Everything that one test logged, as text.
//!
//! The subscriber is the whole process's: with one per thread, `tracing` may settle that nobody
//! is interested in an event that another thread meets first.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use tracing_subscriber::fmt::MakeWriter;

thread_local! {
    static CURRENT: RefCell<Option<Logs>> = const { RefCell::new(None) };
}

/// The log of one test; clones share it.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

/// Ends a capture when it is dropped.
pub struct Capture(());

impl Logs {
    /// Takes in what the current thread logs, at every level. A test with a runtime of one thread
    /// has its server there too.
    pub fn capture(&self) -> Capture {
        static INSTALL: Once = Once::new();
        INSTALL.call_once(|| {
            let subscriber = tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(CurrentLog)
                .finish();
            tracing::subscriber::set_global_default(subscriber).expect("nobody else has set one");
        });
        CURRENT.with(|current| *current.borrow_mut() = Some(self.clone()));
        Capture(())
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().expect("no test panics while it logs");
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        CURRENT.with(|current| current.borrow_mut().take());
    }
}

/// The log of whatever test runs on this thread.
struct CurrentLog;

impl Write for CurrentLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        CURRENT.with(|current| {
            if let Some(logs) = &*current.borrow() {
                logs.0.lock().expect("no test panics while it logs").extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for CurrentLog {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        Self
    }
}
