local subject, epochs = KEYS[1], KEYS[2]
local id, now = ARGV[1], tonumber(ARGV[2])

local epoch = redis.call('GET', epochs)
local value = redis.call('HMGET', subject, 'session:' .. id)[1]
local session = value and read(value)
redis.call('HDEL', subject, 'session:' .. id, 'device:' .. id)
if session and session.epoch == epoch and session.keep_until > now then return 1 end
return 0
