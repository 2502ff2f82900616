local subject, epochs = KEYS[1], KEYS[2]
local id, now, keep_until, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local session, most = ARGV[5], tonumber(ARGV[6])

local epoch = redis.call('GET', epochs)
local known = tonumber(redis.call('HMGET', subject, 'revoked:' .. id)[1])
local useless = swept(subject, epoch, now, id)

if not known and redis.call('HLEN', subject) >= most then
  redis.call('HDEL', subject, 'session:' .. session, 'device:' .. session)
  remove(subject, useless)
  return redis.status_reply('OK')
end
-- Written even where it says nothing new, so that a server that refuses writes says so.
redis.call('HSET', subject, 'revoked:' .. id, math.max(keep_until, known or 0))
remove(subject, useless)
prolong(subject, ttl, 0)
return redis.status_reply('OK')
