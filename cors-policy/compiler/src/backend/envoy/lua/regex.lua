--! Whether one of AUTOMATA, the table that is printed before it, accepts an origin.
for _, automaton in ipairs(AUTOMATA) do
  local class_of = {}
  for class, characters in ipairs(automaton.classes) do
    for index = 1, #characters do
      class_of[characters:byte(index)] = class
    end
  end
  automaton.class_of = class_of
end

-- Row by row, the state that follows a state for each class of characters, if one does.
local function matches_regex(origin)
  for _, automaton in ipairs(AUTOMATA) do
    local class_of, following, width = automaton.class_of, automaton.following, #automaton.classes
    local state = automaton.start
    for index = 1, #origin do
      local class = class_of[origin:byte(index)]
      state = class and following[(state - 1) * width + class]
      if not state then
        break
      end
    end
    if state and automaton.accepting[state] then
      return true
    end
  end
  return false
end
