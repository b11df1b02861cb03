#pragma once

#include <array>
#include <span>
#include <string_view>

#include "translate/profile.h"

/// What each dialect of JSON Schema lacks, as data.
namespace ccp::translate {

struct SchemaRules {
  SchemaDialect dialect;
  std::span<const std::string_view> dropped;  ///< keywords that are refused and say little
  bool inline_references = false;  ///< `$ref` is refused: definitions are written where they are used
  bool const_as_enum = false;
  bool single_type = false;       ///< `"type": ["string","null"]` becomes one type and `nullable`
  bool any_of_only = false;       ///< `oneOf` becomes `anyOf`, `allOf` is merged into its schema
  bool text_enums = false;        ///< `enum` only of strings, none of them empty
  bool known_required = false;    ///< `required` may only name known properties
  bool known_references = false;  ///< a `$ref` that leads nowhere is refused
  bool known_types = false;       ///< `type` only as JSON Schema has it
  bool items_needed = false;      ///< an array must say what it holds
  bool plain_root = false;        ///< the outermost schema may not be a choice between schemas
  bool typed_choices = false;     ///< a type beside `anyOf` goes into each of its schemas
  bool simple_patterns = false;   ///< `pattern` only anchored and without look-around and classes of its own
  std::span<const std::string_view> formats;  ///< the values of `format` that are taken; empty: any
  std::span<const std::string_view> allowed;  ///< the keywords that are taken; empty: any
};

namespace schema_rules {

inline constexpr std::string_view meta[] = {"$schema", "$id", "$comment"};

// The fields of Gemini's Schema type, https://ai.google.dev/api/caching#Schema: any other is an unknown name.
inline constexpr std::string_view gemini[] = {
    "type",      "format",    "title",      "description", "nullable",      "enum",
    "maxItems",  "minItems",  "properties", "required",    "minProperties", "maxProperties",
    "minLength", "maxLength", "pattern",    "example",     "anyOf",         "propertyOrdering",
    "default",   "items",     "minimum",    "maximum"};
inline constexpr std::string_view gemini_formats[] = {"enum",  "date-time", "int32",
                                                      "int64", "float",     "double"};

inline constexpr std::string_view mistral[] = {"$schema", "$id", "$comment", "additionalProperties",
                                               "strict"};

// llama.cpp turns the schema into a grammar: `not` and huge repetitions fail it.
inline constexpr std::string_view grammar[] = {"$schema", "$id", "$comment", "not"};

}  // namespace schema_rules

inline constexpr std::array schema_dialects = {
    SchemaRules{.dialect = SchemaDialect::openai,
                .dropped = schema_rules::meta,
                .items_needed = true,
                .plain_root = true},
    SchemaRules{.dialect = SchemaDialect::gemini,
                .dropped = {},
                .inline_references = true,
                .const_as_enum = true,
                .single_type = true,
                .any_of_only = true,
                .text_enums = true,
                .known_required = true,
                .items_needed = true,
                .plain_root = true,
                .formats = schema_rules::gemini_formats,
                .allowed = schema_rules::gemini},
    SchemaRules{.dialect = SchemaDialect::mistral,
                .dropped = schema_rules::mistral,
                .inline_references = true,
                .plain_root = true},
    // Groq: "'required' present but 'properties' is missing"; the outermost schema is an object.
    SchemaRules{.dialect = SchemaDialect::groq,
                .dropped = schema_rules::meta,
                .known_required = true,
                .plain_root = true},
    // Kimi: "when using anyOf, type should be defined in anyOf items instead of the parent schema".
    SchemaRules{.dialect = SchemaDialect::moonshot,
                .dropped = schema_rules::meta,
                .inline_references = true,
                .plain_root = true,
                .typed_choices = true},
    SchemaRules{.dialect = SchemaDialect::grammar,
                .dropped = schema_rules::grammar,
                .known_references = true,
                .known_types = true,
                .simple_patterns = true},
};

}  // namespace ccp::translate
