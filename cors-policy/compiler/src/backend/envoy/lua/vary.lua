--! Adds `Vary: Origin` to a response, once, and not beside `*`.
local function add_vary(headers)
  local value = headers:get("vary")
  if value ~= nil then
    for name in value:gmatch("[^,]+") do
      name = name:match("^%s*(.-)%s*$"):lower()
      if name == "*" or name == "origin" then
        return
      end
    end
  end
  headers:add("vary", "Origin")
end
