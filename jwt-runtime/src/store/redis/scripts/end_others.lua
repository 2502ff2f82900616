local subject, epochs = KEYS[1], KEYS[2]
local kept, now = ARGV[1], tonumber(ARGV[2])

local epoch = redis.call('GET', epochs)
local value = redis.call('HMGET', subject, 'session:' .. kept)[1]
local session = value and read(value)
if not (session and session.epoch == epoch and session.keep_until > now) then
  redis.call('UNLINK', subject)
  return 0
end
local others = {}
for _, field in ipairs(redis.call('HKEYS', subject)) do
  local kind, id = string.match(field, '^(%l+):(.+)$')
  if (kind == 'session' or kind == 'device') and id ~= kept then others[#others + 1] = field end
end
remove(subject, others)
return 1
