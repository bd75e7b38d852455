--! What Envoy calls on each request and each response: it decides by `allowed_origin`, and answers by `preflight` and `actual`, which are printed before it.
function envoy_on_request(handle)
  local headers = handle:headers()
  local origin = headers:get("origin")
  if origin == nil or origin == "" then
    return
  end
  local allowed = allowed_origin(origin)
  local asked = headers:get("access-control-request-method")
  if asked ~= nil and asked ~= "" and headers:get(":method") == "OPTIONS" then
    handle:streamInfo():dynamicMetadata():set("cors", POLICY, "answered")
    handle:respond(preflight(headers, allowed), "")
  elseif allowed and allowed ~= "*" then
    handle:streamInfo():dynamicMetadata():set("cors", POLICY, allowed)
  end
end

-- What another policy decided (a filter may have changed the route since) counts for nothing.
function envoy_on_response(handle)
  local decided = handle:streamInfo():dynamicMetadata():get("cors")
  decided = decided and decided[POLICY]
  if decided == "answered" then
    return
  end
  local headers = handle:headers()
  for _, name in ipairs(CORS_HEADERS) do
    headers:remove(name)
  end
  actual(headers, decided)
end
