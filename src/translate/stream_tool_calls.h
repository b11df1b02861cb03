#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "openai/chunk.h"

namespace ccp::translate {

/// Bytes a stream may keep. Shared by everything in it that waits.
class Budget {
 public:
  explicit Budget(std::size_t limit) : limit_(limit) {}

  /// Fails when the total would pass the limit.
  Result<void> take(std::size_t bytes);

 private:
  std::size_t limit_;
  std::size_t used_ = 0;
};

/// Follows the brackets of a JSON text that comes in pieces, to know when the value may be whole without
/// parsing it again.
class BracketScan {
 public:
  void feed(std::string_view piece);
  /// The brackets that were opened are closed again.
  [[nodiscard]] bool closed() const { return opened_ && depth_ == 0; }

 private:
  enum class In : std::uint8_t { structure, string, escape };
  std::size_t depth_ = 0;
  In in_ = In::structure;
  bool opened_ = false;
};

/// One tool call as it has come so far.
struct ToolCall {
  enum class Stage : std::uint8_t {
    collecting,  ///< nothing was sent to the client
    streaming,   ///< its block is open; arguments go out as they come
    stopped,     ///< its block is closed
  };

  std::optional<std::int64_t> index;  ///< the provider's
  std::size_t position = 0;           ///< in the list it came in
  std::string upstream_id;            ///< empty until the provider gives one
  std::string id;                     ///< the client's, given when the block starts
  std::string name;
  std::string arguments;
  std::string extra_content_json;  ///< Gemini's thought signature; empty when it has none
  std::size_t sent = 0;            ///< bytes of `arguments` the client has
  BracketScan scan;
  Stage stage = Stage::collecting;

  /// No arguments, or only `{}`, which some providers send before the real ones.
  [[nodiscard]] bool has_no_input() const;
  /// The arguments look whole: nothing but white space can follow.
  [[nodiscard]] bool complete() const;
  /// The bytes that may go out now. Nothing while the name is unknown, while `{}` may be a placeholder, and
  /// when the arguments do not begin as an object (they are repaired or refused at the end).
  [[nodiscard]] std::string_view sendable() const;
};

/// Puts the fragments of tool calls together, whatever key the provider tells them apart by: `index`, else
/// `id`, else the place in the list.
class ToolCalls {
 public:
  /// `message_id` makes the ids of calls that have none; `budget` must outlive this.
  ToolCalls(std::string_view message_id, Budget& budget) : message_id_(message_id), budget_(budget) {}

  /// Adds a fragment to the call it belongs to, or to a new one (then the last). Nullopt for a fragment that
  /// says nothing and belongs to none. Fails when the budget is used up, or when arguments come for a call
  /// whose block is closed.
  Result<std::optional<std::size_t>> take(const openai::ToolCallDelta& delta, std::size_t position);

  /// Gives the call its id for the client: the provider's, made unique, or `toolu_…` made from the message's
  /// id.
  void assign_id(std::size_t call);

  [[nodiscard]] std::size_t size() const { return calls_.size(); }
  ToolCall& operator[](std::size_t call) { return calls_[call]; }
  const ToolCall& operator[](std::size_t call) const { return calls_[call]; }

 private:
  [[nodiscard]] std::optional<std::size_t> find(const openai::ToolCallDelta& delta,
                                                std::size_t position) const;
  Result<std::size_t> add(const openai::ToolCallDelta& delta, std::size_t position);
  Result<void> add_arguments(ToolCall& call, std::string_view fragment);

  std::string message_id_;
  Budget& budget_;
  std::vector<ToolCall> calls_;
};

}  // namespace ccp::translate
