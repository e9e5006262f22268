-- The floor: the same words to a bare endpoint.
dofile("bench/report.lua")
local n = 0
request = function()
  n = n + 1
  local body = string.format(
    '{"subject":"杯子裂了","body":"收到时杯口有裂纹","customer":"C-%d","priority":"normal","order":"O-%d"}', n, n % 2000)
  return wrk.format("POST", nil, {["Content-Type"] = "application/json"}, body)
end
