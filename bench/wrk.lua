-- Sends whole requests from a file, one after the other, and prints the result as one line of JSON.
-- The file is presign.write_requests's: each request is preceded by a line with its length in bytes.

local requests = {}
local at = 0

function init(args)
  local file = assert(io.open(args[1], "rb"))
  while true do
    local length = file:read("*n")
    if not length then break end
    file:read(1)
    requests[#requests + 1] = file:read(length)
  end
  file:close()
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '\nresult {"requests": %d, "bytes": %d, "microseconds": %d, "p50_us": %d, "p99_us": %d, "max_us": %d, ' ..
    '"not_2xx": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
