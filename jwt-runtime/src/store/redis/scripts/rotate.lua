local subject, epochs = KEYS[1], KEYS[2]
local id, attempt = ARGV[1], ARGV[2]
local presented, presented_long, successor = ARGV[3], ARGV[4], ARGV[5]
local now, expires_at, kept, grace =
  tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local lifetime, idle_timeout = tonumber(ARGV[10]), tonumber(ARGV[11])

local function is_presented(token) return token == presented or token == presented_long end
-- The long form of an id is a point and the id as field names have it.
local function revoked_field(long) return 'revoked:' .. string.sub(long, 2) end
local function drop() redis.call('HDEL', subject, 'session:' .. id, 'device:' .. id) end

local epoch = redis.call('GET', epochs)
local found = redis.call('HMGET', subject, 'session:' .. id, revoked_field(presented_long))
if not found[1] then return {'ended'} end
local session = read(found[1])
if not session then return {'unreadable'} end
if session.epoch ~= epoch or session.keep_until <= now then return {'ended'} end

local created_at = session.created_at
if attempt == 'again' and (session.current == successor or session.superseded == successor) then
  return {'rotated', tostring(created_at)}
end
if (lifetime and created_at + lifetime <= now)
  or (idle_timeout and session.used_at + idle_timeout <= now) then
  drop()
  return {'ended'}
end
if found[2] then return {'revoked'} end
if session.superseded and is_presented(session.superseded)
  and math.abs(now - session.used_at) < grace then
  -- Where there is a superseded token, both are in the long form.
  if redis.call('HMGET', subject, revoked_field(session.current))[1] then return {'revoked'} end
  return {'repeated', tostring(created_at), session.current, tostring(session.used_at)}
end
if not is_presented(session.current) then
  drop()
  return {'reused'}
end

if lifetime then expires_at = math.min(expires_at, created_at + lifetime) end
local ttl = math.max(expires_at + kept - now, 1)
local useless = swept(subject, epoch, now, id)
local record = table.concat(
  {epoch, successor, created_at, now - created_at, expires_at - now, kept}, ' ')
if grace > 0 then record = record .. ' ' .. presented_long end
redis.call('HSET', subject, 'session:' .. id, record)
remove(subject, useless)
prolong(subject, ttl, 0)
prolong(epochs, ttl, SPARE)
return {'rotated', tostring(created_at)}
