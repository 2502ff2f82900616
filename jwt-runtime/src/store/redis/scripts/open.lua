local subject, epochs = KEYS[1], KEYS[2]
local id, new_epoch, record, device = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local now, ttl, limit, max = tonumber(ARGV[5]), tonumber(ARGV[6]), ARGV[7], tonumber(ARGV[8])

local epoch = redis.call('GET', epochs)
local listed, expired = {}, {}
if limit ~= 'none' then
  local fields = redis.call('HGETALL', subject)
  for i = 1, #fields, 2 do
    local other = string.match(fields[i], '^session:(.+)$')
    if other and other ~= id then
      local session = read(fields[i + 1])
      if not session then return 'unreadable' end
      if session.epoch == epoch and session.expires_at > now then
        listed[#listed + 1] = {created_at = session.created_at, id = other}
      else
        expired[#expired + 1] = other
      end
    end
  end
end
if limit == 'refuse' and #listed >= max then return 'limit' end
local useless = swept(subject, epoch, now, id)
local function drop(other)
  useless[#useless + 1] = 'session:' .. other
  useless[#useless + 1] = 'device:' .. other
end
-- A refresh within the leeway would bring them back beside this one.
for _, other in ipairs(expired) do drop(other) end
if limit == 'end' then
  table.sort(listed, function(a, b)
    if a.created_at ~= b.created_at then return a.created_at < b.created_at end
    return a.id < b.id
  end)
  for i = 1, #listed - math.max(max - 1, 0) do
    drop(listed[i].id)
  end
end

if not epoch then
  epoch = new_epoch
  redis.call('SET', epochs, epoch, 'EX', ttl + SPARE)
end
redis.call('HSET', subject, 'session:' .. id, epoch .. ' ' .. record)
if device ~= '' then
  redis.call('HSET', subject, 'device:' .. id, device)
else
  redis.call('HDEL', subject, 'device:' .. id)
end
remove(subject, useless)
prolong(subject, ttl, 0)
prolong(epochs, ttl, SPARE)
return 'opened'
