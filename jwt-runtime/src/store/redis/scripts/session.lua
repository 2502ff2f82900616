-- What the field of a session says; nil if it is not this store that wrote it.
local function read(value)
  local epoch, current, created, used, lasts, kept, rest =
    string.match(value, '^(%S+) (%S+) (%d+) (%-?%d+) (%-?%d+) (%-?%d+)(.*)$')
  if not epoch then return nil end
  -- Beyond this no date is exact; whatever it is, it is not a date of this store.
  if math.max(#created, #used, #lasts, #kept) > 13 then return nil end
  local superseded = string.match(rest, '^ (%S+)$')
  if rest ~= '' and not superseded then return nil end
  local session = {epoch = epoch, current = current, superseded = superseded}
  session.created_at = tonumber(created)
  session.used_at = session.created_at + tonumber(used)
  session.expires_at = session.used_at + tonumber(lasts)
  session.keep_until = session.expires_at + tonumber(kept)
  return session
end

-- Makes a key live for so many seconds at least.
local function prolong(key, ttl)
  if redis.call('PTTL', key) < ttl * 1000 then redis.call('EXPIRE', key, ttl) end
end
