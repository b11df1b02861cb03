#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "anthropic/messages.h"
#include "base/result.h"
#include "openai/chat.h"
#include "translate/document_texts.h"
#include "translate/profile.h"
#include "translate/thinking_state.h"
#include "translate/web_search.h"

/// Messages → Chat Completions. Pure: same bytes in, same bytes out.
namespace ccp::translate {

struct Limits {
  std::int64_t min_tokens = 100;
  std::int64_t max_tokens = 4096;
};

/// Tool names as sent upstream and back. A name that OpenAI would refuse (over 64 characters, or outside
/// [a-zA-Z0-9_-]) is replaced by a readable prefix and a hash; the answer is mapped back.
class ToolNames {
 public:
  explicit ToolNames(ToolNameStart start = ToolNameStart::any) : start_(start) {}

  /// The name to send; the same name always gives the same result.
  std::string upstream(std::string_view name);
  /// The client's name for one the provider used; an unknown name is returned as it is.
  [[nodiscard]] std::string_view client(std::string_view upstream_name) const;

 private:
  [[nodiscard]] bool fits(std::string_view name) const;

  ToolNameStart start_;
  std::unordered_map<std::string, std::string> client_names_;
};

/// The translated request and what the answer needs to know of it. Views point into the parsed request.
struct Translated {
  openai::ChatRequest chat;
  ToolNames names;
  bool clamped = false;                  ///< max_tokens was lowered to the limit
  std::vector<std::string> warnings;     ///< what was dropped or replaced, for the log
  std::vector<std::string_view> unread;  ///< base64 of PDFs that became placeholders, their texts not known
};

/// Where the translation finds what does not stand in the request. Null: nothing is known.
struct Sources {
  const ThinkingMemory* memory = nullptr;    ///< earlier thinking; without it none is sent back
  const SearchFindings* findings = nullptr;  ///< of a search that the provider cannot make
  const DocumentTexts* documents = nullptr;  ///< texts of PDFs; without it they become placeholders
};

/// Translates a request for `upstream_model`. Fails with `invalid_request` naming the place when something
/// cannot be sent at all (an image that is none, too many tools).
Result<Translated> request(const anthropic::MessagesRequest& request, std::string_view upstream_model,
                           const Profile& profile, const Limits& limits, const Sources& sources = {});

}  // namespace ccp::translate
