#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

/// OpenRouter's `reasoning_details` (https://openrouter.ai/docs/use-cases/reasoning-tokens): a list of parts
/// of the types `reasoning.text`, `reasoning.summary` and `reasoning.encrypted`, which streams in pieces and
/// must come back whole.
namespace ccp::openai {

/// The readable text of a list, pieces joined; empty for anything else.
std::string details_text(std::string_view json);

/// Adds up the pieces of a stream.
class ReasoningDetails {
 public:
  /// Bytes that are kept; beyond it nothing is, because half a state is refused.
  static constexpr std::size_t limit = std::size_t{1} << 20;

  ReasoningDetails();
  ~ReasoningDetails();
  ReasoningDetails(ReasoningDetails&&) noexcept;
  ReasoningDetails& operator=(ReasoningDetails&&) noexcept;

  /// Adds the list of one chunk. What is no list is left out.
  void add(std::string_view json);
  /// The whole list as JSON; empty when nothing came, or too much.
  [[nodiscard]] std::string json() const;

 private:
  struct State;
  std::unique_ptr<State> state_;  ///< null until something comes
};

}  // namespace ccp::openai
