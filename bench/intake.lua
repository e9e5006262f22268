-- POST /api/v1/tickets as a shop's system does: a key, an idempotency key, one line of one of many orders.
dofile("bench/report.lua")
math.randomseed(os.time())
local run, n = tostring(math.random(1, 1e9)), 0
local key, orders = os.getenv("BENCH_KEY"), tonumber(os.getenv("BENCH_ORDERS"))
request = function()
  n = n + 1
  local id = run .. "-" .. n
  local body = string.format(
    '{"external_id":"%s","order":"O-%d","channel":"platform","category":"quality_other",' ..
    '"requested_resolution":"return","subject":"杯子裂了","message":"收到时杯口有裂纹",' ..
    '"lines":[{"order_line":"1","quantity":1,"reason":"q_surface"}],"contact":{"locale":"zh-CN"}}',
    id, math.random(1, orders))
  return wrk.format("POST", nil, {
    ["Authorization"] = "Bearer " .. key, ["Content-Type"] = "application/json", ["Idempotency-Key"] = id,
  }, body)
end
