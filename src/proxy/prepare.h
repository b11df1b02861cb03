#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/reader.h"
#include "proxy/shared.h"
#include "proxy/token_count.h"
#include "translate/markup_values.h"
#include "translate/request.h"
#include "translate/safety.h"
#include "translate/tokens.h"

namespace ccp::proxy {

/// What lowered the client's max_tokens.
enum class Clamp : std::uint8_t {
  none,
  limit,   ///< MAX_TOKENS_LIMIT
  window,  ///< what the prompt leaves of the context window
};

/// A client's request, ready to be forwarded: nothing in it points into the client's body any more.
struct Prepared {
  translate::Profile profile;  ///< by which it was translated
  std::string body;            ///< the provider's JSON
  std::string model;
  std::string upstream_model;
  bool stream = false;                                            ///< the client wants a stream
  bool asks_stream = false;                                       ///< the provider is asked for one
  bool tools = false;                                             ///< the provider is given tools
  bool names_tool = false;                                        ///< and told which of them it must call
  std::shared_ptr<const translate::MarkupTools> text_calls = {};  ///< that are taken out of the text
  bool json_answer = false;                                       ///< the client wants JSON by a schema
  bool web_search = false;                                        ///< the provider is asked to search the web
  std::optional<translate::SearchQuestion> question = {};  ///< to be searched before the provider is asked
  std::shared_ptr<const translate::SearchFindings> findings = {};  ///< what was found
  std::vector<UnreadDocument> unread = {};  ///< PDFs to be read before the provider is asked
  bool thinking = true;                     ///< the client wants to see reasoning
  bool thinking_omitted = false;            ///< its blocks, but not its text
  bool compaction = false;                  ///< the client wants a summary as a compaction block
  std::string context_management = {};  ///< of the answer: which edits were applied; empty: none was asked
  /// What the judge of the answer's tool calls is to know, where the client asks for one and SAFETY_MODEL is
  /// set; else null.
  std::shared_ptr<const translate::SafetyCase> safety = {};
  /// Claude Code asks whether an action may run (auto mode): the answer has to have a verdict in its form.
  bool verdict = false;
  Clamp clamp = Clamp::none;
  std::int64_t asked_tokens = 0;  ///< the client's max_tokens; 0: none
  std::int64_t max_tokens = 0;    ///< what became of it
  PromptCount count;
  /// The prompt is partly estimated, and so long that an exact count may change what is sent or whether: it
  /// is to be counted to its end and prepared again.
  bool count_first = false;
  provider::CountLine calibration;  ///< how the provider counts the prompt, by our count

  /// The prompt in the provider's tokens, as far as it is known now; never 0.
  [[nodiscard]] std::int64_t input_tokens() const { return calibration.of(count.tokens); }
  double usage_scale = 1.0;
  std::vector<std::string> stop_sequences;
  std::string session;  ///< of the client, as translate::session_key names it; empty when it names none
  std::string owner;    ///< model and session, for what is remembered of them
  translate::ToolNames names;
  std::vector<std::string> warnings;
  std::vector<std::string> unknown_fields;  ///< of the client's request, which were ignored
};

/// The factor by which the client is told of tokens: from the model's context window to the one the client
/// believes in (CLIENT_CONTEXT_WINDOW), where both are known.
double usage_scale(const Shared& shared, std::string_view upstream_model);

/// The provider's model for a request: by its name, but for the client's check in auto mode.
std::string upstream_model(const Shared& shared, const anthropic::MessagesRequest& request);

/// What a request is prepared with beside its body.
struct PrepareOptions {
  const translate::ProfileSetting* change = nullptr;               ///< applied to the profile; null: none
  std::shared_ptr<const translate::SearchFindings> findings = {};  ///< for the question it raised before
  std::string_view model = {};  ///< the provider's; empty: as the request's own leads to
};

/// Parses and translates a body of POST /v1/messages. Synchronous, so that one `reader` serves all requests
/// of a worker.
Result<Prepared> prepare(json::Reader& reader, std::string& body, const Shared& shared,
                         PrepareOptions options = {});

}  // namespace ccp::proxy
