#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

/// The steps of cleaning one schema, each for a keyword that some dialect lacks. They look at no other schema
/// but the choices of this one, and leave what they do not understand.
namespace ccp::translate {

using Json = nlohmann::ordered_json;

/// Whether `word` is one of `list`.
bool holds(std::span<const std::string_view> list, std::string_view word);

/// Whether the schema names this type, and no other beside it.
bool is_type(const Json& schema, std::string_view type);

/// What `more` says is added to `schema`; where both speak the first counts, but for properties and required,
/// which add up.
void merge(Json& schema, const Json& more);

/// `oneOf` becomes `anyOf`.
void rename_one_of(Json& schema);

/// `const` becomes an `enum` of one.
void set_const(Json& schema);

/// Several types become choices of `anyOf`, `null` among them `nullable`.
void set_type(Json& schema);

/// Only texts that are not empty stay in an `enum`; one with values of other types goes.
void set_enum(Json& schema);

/// `required` keeps the names of known properties.
void set_required(Json& schema);

/// What a grammar cannot hold goes: patterns but the plainest, and large repetitions.
void drop_pattern(Json& schema);

/// A `type` that JSON Schema does not know goes.
void drop_unknown_type(Json& schema);

/// `required` names each property once, and `properties` and `required` that are null go: no provider takes
/// them otherwise.
void make_lists_proper(Json& schema);

/// Every keyword but these goes.
void keep_only(Json& schema, std::span<const std::string_view> keywords);

/// A type beside `anyOf` goes into each of its schemas that has none.
void move_type(Json& schema);

/// `null` among the choices becomes `nullable`, a choice alone is none, and enums of texts become one: beside
/// `anyOf` Vertex takes nothing, and it knows no type null.
void join_choices(Json& schema);

/// A choice at the root becomes one object with the properties of all: what only some choices require is
/// optional.
void make_plain(Json& schema);

}  // namespace ccp::translate
