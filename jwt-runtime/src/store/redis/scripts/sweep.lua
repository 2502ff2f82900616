-- Fields that are of no use any more, but for those of one id: all where there are few, some of a
-- sample where there are many. What has a time gets an hour more than that, because a clock that
-- leaps ahead and is set back must not take revocations with it.
local function swept(subject, epoch, now, spared)
  local fields
  if redis.call('HLEN', subject) <= 32 then
    fields = redis.call('HGETALL', subject)
  else
    fields = redis.call('HRANDFIELD', subject, 16, 'WITHVALUES')
  end
  local useless = {}
  local function add(field) useless[#useless + 1] = field end
  for i = 1, #fields, 2 do
    local kind, id = string.match(fields[i], '^(%l+):(.+)$')
    if kind == 'session' and id ~= spared then
      local session = read(fields[i + 1])
      if session and (session.epoch ~= epoch or session.keep_until + 3600 <= now) then
        add(fields[i])
        add('device:' .. id)
      end
    elseif kind == 'device' and id ~= spared then
      if not redis.call('HMGET', subject, 'session:' .. id)[1] then add(fields[i]) end
    elseif kind == 'revoked' and id ~= spared then
      local keep_until = tonumber(fields[i + 1])
      if keep_until and keep_until + 3600 <= now then add(fields[i]) end
    end
  end
  return useless
end

-- Removes fields, in portions that Lua can pass on.
local function remove(subject, fields)
  for i = 1, #fields, 1000 do
    redis.call('HDEL', subject, unpack(fields, i, math.min(i + 999, #fields)))
  end
end
