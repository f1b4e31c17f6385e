-- wrk script: sends the requests of a file, "METHOD TARGET" a line, round and round.
-- Arguments: the file, the value of Host, the bytes of each body (0 for none).
local heads, body, at = {}, '', 0

function init(args)
  local length = tonumber(args[3])
  local declared = ''
  if length > 0 then
    body = string.rep('x', length)
    declared = 'Content-Length: ' .. length .. '\r\n'
  end
  for line in io.lines(args[1]) do
    heads[#heads + 1] = line .. ' HTTP/1.1\r\nHost: ' .. args[2] .. '\r\n' .. declared .. '\r\n'
  end
end

function request()
  at = at % #heads + 1
  return heads[at] .. body
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
