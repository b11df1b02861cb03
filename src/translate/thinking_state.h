#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"

/// What a provider wants to have back of its thinking in the next turn. It rides in the signatures of
/// thinking blocks, which clients keep and return unread.
namespace ccp::translate {

/// The provider's own data beside the text that it thought.
struct ThinkingState {
  std::string details_json;                  ///< OpenRouter's `reasoning_details`; empty: none
  std::string blocks_json;                   ///< LiteLLM's and Envoy's `thinking_blocks`; empty: none
  std::map<std::string, std::string> calls;  ///< Gemini's `extra_content`, by the client's tool_use id
  std::string message_json;                  ///< the same of the message itself; empty: none
  std::string text;                          ///< what was thought, where the client gets no text; else empty

  [[nodiscard]] bool empty() const {
    return details_json.empty() && blocks_json.empty() && calls.empty() && message_json.empty() &&
           text.empty();
  }
  /// Adds what a later block of the same message carried: of what both have, the later has more.
  void merge(ThinkingState more);
};

/// All thinking of one assistant message.
struct Thought {
  std::string text;
  ThinkingState state;

  [[nodiscard]] bool empty() const { return text.empty() && state.empty(); }
};

/// By what an answer without tool calls is remembered: its last text.
std::string text_key(std::string_view text);

/// Makes signatures and checks them: version, authentication tag, state. The tag binds the state to the
/// thinking's text, the provider and its model, so that what was forged, comes from elsewhere or from before
/// a change of models is told apart. The key follows from the provider's key (HKDF), so that restarts and
/// replicas agree; without one anybody could sign, which gives nothing but the user's own words to a server
/// on his own machine.
class ThinkingSeal {
 public:
  /// Bytes of state and text beyond which a signature carries nothing.
  static constexpr std::size_t limit = std::size_t{1} << 20;

  ThinkingSeal(std::string_view provider_key, std::string_view host);

  /// The signature of a thinking block, or the data of a redacted one (`text` is empty then).
  [[nodiscard]] std::string sign(std::string_view model, std::string_view text,
                                 const ThinkingState& state) const;
  /// The state in a signature that was made here for this text and model; nullopt for every other.
  [[nodiscard]] std::optional<ThinkingState> open(std::string_view model, std::string_view text,
                                                  std::string_view signature) const;

 private:
  [[nodiscard]] std::string tag(std::string_view model, std::string_view text,
                                std::string_view payload) const;

  Digest key_;
};

/// Where the translation of a request finds earlier thinking.
class ThinkingMemory {
 public:
  virtual ~ThinkingMemory() = default;
  /// What a thinking block's signature, or a redacted block's data, carries; nullopt when it is not ours.
  [[nodiscard]] virtual std::optional<ThinkingState> open(std::string_view text,
                                                          std::string_view signature) const = 0;
  /// For clients that drop thinking, and for state that came behind the last block: what led to this tool
  /// call, or belongs to the text of this `text_key`.
  [[nodiscard]] virtual std::optional<Thought> before(std::string_view key) const = 0;
};

}  // namespace ccp::translate
