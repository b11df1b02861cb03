#include "translate/request.h"

#include <fmt/format.h>

#include <algorithm>

#include "translate/blocks.h"
#include "translate/conversation.h"
#include "translate/thinking.h"
#include "translate/tools.h"

namespace ccp::translate {

namespace {

constexpr std::string_view no_web_search =
    "Web search is not configured in this environment: tell the user so, and do not invent search results.";

void set_max_tokens(const anthropic::MessagesRequest& request, const Profile& profile, const Limits& limits,
                    Translated& out) {
  if (!request.max_tokens) return;
  const auto wanted = std::max(*request.max_tokens, limits.min_tokens);
  const auto allowed = std::min(wanted, limits.max_tokens);
  out.clamped = allowed < *request.max_tokens;
  auto& field = profile.max_completion_tokens ? out.chat.max_completion_tokens : out.chat.max_tokens;
  field = allowed;
}

void set_sampling(const anthropic::MessagesRequest& request, const Profile& profile, Warnings& warnings,
                  openai::ChatRequest& chat) {
  if (request.top_k) warnings.add("top_k has no equivalent: dropped");
  if (profile.sampling) {
    chat.temperature = request.temperature;
    chat.top_p = request.top_p;
  } else if (request.temperature || request.top_p) {
    warnings.add("temperature and top_p are refused by this model: dropped");
  }
}

void set_stop(const anthropic::MessagesRequest& request, const Profile& profile, Warnings& warnings,
              openai::ChatRequest& chat) {
  for (const auto sequence : request.stop_sequences) {
    if (sequence.empty()) continue;
    if (chat.stop.size() == profile.max_stop_sequences) {
      warnings.add(fmt::format("only the first {} stop_sequences were sent", profile.max_stop_sequences));
      return;
    }
    chat.stop.push_back(sequence);
  }
}

void set_parameters(const anthropic::MessagesRequest& request, const Profile& profile, const Limits& limits,
                    Warnings& warnings, Translated& out) {
  set_max_tokens(request, profile, limits, out);
  set_sampling(request, profile, warnings, out.chat);
  set_stop(request, profile, warnings, out.chat);
  if (profile.reasoning_effort) out.chat.reasoning_effort = reasoning_effort(request);
  out.chat.response_schema_json = request.output_config.schema_json;
  out.chat.stream = request.stream;
}

}  // namespace

Result<Translated> request(const anthropic::MessagesRequest& request, std::string_view upstream_model,
                           const Profile& profile, const Limits& limits) {
  Translated out;
  Warnings warnings;
  const BlockContext context{profile, warnings};
  out.chat.model = std::string(upstream_model);
  const auto web_search = translate_tools(request, profile, out.names, warnings, out.chat);
  if (!web_search) return std::unexpected(web_search.error());
  auto system = system_text(request.system, context);
  if (*web_search == WebSearch::lost) join(system, no_web_search);
  if (!system.view().empty()) out.chat.messages.emplace_back(openai::SystemMessage{std::move(system)});
  if (auto done = append_conversation(request.messages, context, out.names, out.chat.messages); !done) {
    return std::unexpected(std::move(done).error());
  }
  set_parameters(request, profile, limits, warnings, out);
  out.warnings = warnings.take();
  return out;
}

}  // namespace ccp::translate
