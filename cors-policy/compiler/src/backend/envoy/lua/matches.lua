--! Whether an origin is one of HOSTS or fits one of WILDCARDS, the tables that are printed before it.
-- Whether a port is allowed; 0 stands for none. `true` is no port, else "first-last,first-last".
local function has_port(ports, port)
  if ports == true then
    return port == 0
  end
  for first, last in ports:gmatch("(%d+)-(%d+)") do
    if port >= tonumber(first) and port <= tonumber(last) then
      return true
    end
  end
  return false
end

local function has(patterns, key, port)
  local ports = patterns[key]
  return ports ~= nil and has_port(ports, port)
end

-- One `*` inside the first label: every beginning that some pattern has, with every end.
local function matches_label(scheme, label, suffix, port)
  if BEGINNINGS[scheme .. "*" .. suffix] == nil then
    return false
  end
  for before = 0, #label - 1 do
    local beginning = scheme .. label:sub(1, before) .. "*"
    if BEGINNINGS[beginning .. suffix] then
      for after = before + 2, #label + 1 do
        if has(WILDCARDS, beginning .. label:sub(after) .. suffix, port) then
          return true
        end
      end
    end
  end
  return false
end

local function matches_pattern(origin)
  local scheme, host = origin:match("^([a-z][a-z0-9+.-]*://)(.+)$")
  if not scheme then
    return false
  end
  local port = 0
  local name, digits = host:match("^(.+):([1-9]%d?%d?%d?%d?)$")
  if name then
    host, port = name, tonumber(digits)
    if port > 65535 then
      return false
    end
  end
  if has(HOSTS, scheme .. host, port) then
    return true
  end
  -- Labels from the left, for as long as they are such that `*` may stand for them.
  local from = 1
  while true do
    local dot = host:find(".", from, true)
    if not dot then
      return false
    end
    local label = host:sub(from, dot - 1)
    if not label:find("^[a-z0-9_-]+$") then
      return false
    end
    if #host - dot <= LONGEST_SUFFIX then
      local suffix = host:sub(dot)
      if has(WILDCARDS, scheme .. "*" .. suffix, port) then
        return true
      end
      if from == 1 and matches_label(scheme, label, suffix, port) then
        return true
      end
    end
    from = dot + 1
  end
end
