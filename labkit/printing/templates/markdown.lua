-- Run by `pandoc lua`. Reads one JSON object from standard input:
--   cells: texts, each {kind: "markdown" or "html", text}, formulas: TeX formulas, macros: TeX definitions made anywhere in the notebook.
-- Writes one JSON object: cells: pandoc's JSON documents as texts, or false; formulas: Typst math, or false.
-- Every text is read by itself, without raw attributes, and with no access to files or the network.

local FORMAT = "commonmark+pipe_tables+strikeout+task_lists+autolink_bare_uris+footnotes"
local NO_FILES = {}

local function from_html(text)
  local ok, document = pcall(pandoc.read, text, "html", {}, NO_FILES)
  return ok and document.blocks or {}
end

local html = {
  RawBlock = function(block)
    return block.format == "html" and from_html(block.text) or {}
  end,
  RawInline = function(inline)
    if inline.format ~= "html" then return {} end
    local tag = inline.text:match("^<%s*(%a+)")
    tag = tag and tag:lower()
    if tag == "br" then return pandoc.LineBreak() end
    if tag == "img" then return pandoc.utils.blocks_to_inlines(from_html(inline.text)) end
    return {}
  end,
}

local function read_cell(cell)
  local format = cell.kind == "html" and "html" or FORMAT
  local ok, document = pcall(pandoc.read, cell.text .. "\n", format, {}, NO_FILES)
  if not ok then return false end
  local walked, result = pcall(function() return pandoc.write(document:walk(html), "json") end)
  return walked and result or false
end

local function to_typst(tex)
  local math = pandoc.Math("InlineMath", tex)
  local ok, text = pcall(pandoc.write, pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst")
  if not ok then return false end
  -- A formula that texmath cannot read comes back as escaped TeX, which starts with a backslash.
  return text:match("^%$(.*)%$%s*$") or false
end

local function formula(tex, macros)
  return to_typst(tex) or (macros ~= "" and to_typst(macros .. " " .. tex)) or false
end

local request = pandoc.json.decode(io.read("a"), false)
local answer = { cells = {}, formulas = {} }
for i, cell in ipairs(request.cells) do answer.cells[i] = read_cell(cell) end
for i, tex in ipairs(request.formulas) do answer.formulas[i] = formula(tex, request.macros) end
io.write(pandoc.json.encode(answer))
