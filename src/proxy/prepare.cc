#include "proxy/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "anthropic/messages.h"
#include "provider/room.h"
#include "route/models.h"
#include "translate/auto_mode.h"
#include "translate/base64.h"
#include "translate/session_key.h"
#include "translate/tokens.h"

namespace ccp::proxy {

namespace {

/// The most that the answer may have by the client's word and ours.
std::int64_t asked(const config::Config& config, const anthropic::MessagesRequest& request) {
  if (!request.max_tokens) return config.max_tokens_limit;
  return std::max(std::min(*request.max_tokens, config.max_tokens_limit), config.min_tokens_limit);
}

provider::Demand demand(const Shared& shared, const Prepared& prepared,
                        const anthropic::MessagesRequest& request) {
  return {.prompt = prepared.input_tokens(),
          .asked = asked(shared.config, request),
          .recent = prepared.session.empty() ? 0 : shared.answer_lengths.longest(prepared.owner)};
}

/// Whether the prompt's exact length matters: an estimate leaves less than was asked for.
bool length_matters(const Shared& shared, const Prepared& prepared, const provider::Demand& demand) {
  const auto window = shared.windows.known(prepared.upstream_model);
  return window && provider::room(*window, {.prompt = demand.prompt + demand.prompt / 4}) < demand.asked;
}

/// Refuses a prompt that leaves no useful room for an answer, in the words that make a client compact.
Result<void> check_window(const Shared& shared, const Prepared& prepared, const provider::Demand& demand) {
  const auto window = shared.windows.certain(prepared.upstream_model, std::chrono::steady_clock::now());
  if (!window) return {};
  const auto room = provider::room(*window, demand);
  const auto useful = provider::useful_room(*window, demand);
  if (room >= useful) return {};
  auto error =
      client_error(ErrorKind::context_overflow, fmt::format("prompt is too long: {} tokens > {} maximum",
                                                            provider::told_length(*window, demand), *window));
  error.error().cause = fmt::format(
      "refused unsent: {} takes {} tokens (CONTEXT_WINDOW sets another figure), the prompt has {} and leaves "
      "{} "
      "of the {} that an answer needs",
      prepared.upstream_model, *window, demand.prompt, std::max<std::int64_t>(room, 0), useful);
  return error;
}

/// What the prompt leaves of the model's window, or nothing where that is not known. An old figure that
/// leaves no useful room is no longer believed: the provider is asked, and says how much it takes now.
std::optional<std::int64_t> known_room(const Shared& shared, const Prepared& prepared,
                                       const provider::Demand& demand) {
  const auto window = shared.windows.known(prepared.upstream_model);
  if (!window) return std::nullopt;
  const auto left = provider::room(*window, demand);
  return left < provider::useful_room(*window, demand) ? std::nullopt : std::optional(left);
}

/// Also says in `prepared` which bound counts, should the translation have to lower max_tokens.
translate::Limits limits(const Shared& shared, Prepared& prepared, const provider::Demand& demand) {
  const auto left = known_room(shared, prepared, demand);
  const auto limit = shared.config.max_tokens_limit;
  prepared.clamp = left && *left < limit ? Clamp::window : Clamp::limit;
  return {.min_tokens = shared.config.min_tokens_limit, .max_tokens = left ? std::min(*left, limit) : limit};
}

/// Earlier thinking, from signatures and from this process's memory.
class Memory final : public translate::ThinkingMemory {
 public:
  Memory(const Shared& shared, const Prepared& prepared) : shared_(shared), prepared_(prepared) {}

  [[nodiscard]] std::optional<translate::ThinkingState> open(std::string_view text,
                                                             std::string_view signature) const override {
    return shared_.seal.open(prepared_.upstream_model, text, signature);
  }
  [[nodiscard]] std::optional<translate::Thought> before(std::string_view key) const override {
    return shared_.thinking.find(prepared_.owner, key);
  }

 private:
  const Shared& shared_;
  const Prepared& prepared_;
};

std::vector<UnreadDocument> unread(const std::vector<std::string_view>& payloads) {
  std::vector<UnreadDocument> documents;
  for (const auto payload : payloads) {
    UnreadDocument document{.key = memory::DocumentMemo::key(payload),
                            .bytes = std::string(payload.size(), '\0')};
    document.bytes.resize(translate::base64::decode_prefix(
        payload, std::span(reinterpret_cast<std::uint8_t*>(document.bytes.data()), document.bytes.size())));
    documents.push_back(std::move(document));
  }
  return documents;
}

}  // namespace

double usage_scale(const Shared& shared, std::string_view upstream_model) {
  const auto believed = shared.config.client_context_window;
  const auto window = shared.windows.known(upstream_model);
  if (believed == 0 || !window) return 1.0;
  return static_cast<double>(believed) / static_cast<double>(*window);
}

namespace {

/// What the answer needs to know of the request.
void remember(const anthropic::MessagesRequest& request, translate::Translated translated,
              Prepared& prepared) {
  const auto& chat = translated.chat;
  prepared.web_search = chat.web_search.has_value();
  prepared.tools = !chat.tools.empty();
  prepared.names_tool = chat.tool_choice && chat.tool_choice->type == openai::ToolChoice::Type::function;
  prepared.text_calls = translate::markup_tools(prepared.profile, chat);
  prepared.stream = request.stream;
  prepared.asks_stream = chat.stream;
  prepared.json_answer = !request.output_config.schema_json.empty();
  prepared.thinking = !request.thinking || request.thinking->type != anthropic::Thinking::Type::disabled;
  prepared.thinking_omitted = request.thinking && request.thinking->omitted;
  prepared.compaction = request.compaction.has_value();
  if (request.manages_context)
    prepared.context_management = anthropic::applied_edits_json(request.applied_edits);
  prepared.verdict = translate::asks_for_verdict(request);
  if (!translated.clamped) prepared.clamp = Clamp::none;
  prepared.asked_tokens = request.max_tokens.value_or(0);
  prepared.max_tokens = chat.max_tokens.value_or(chat.max_completion_tokens.value_or(0));
  prepared.stop_sequences.assign(request.stop_sequences.begin(), request.stop_sequences.end());
  prepared.names = std::move(translated.names);
  prepared.warnings = std::move(translated.warnings);
  prepared.unknown_fields.assign(request.unknown_fields.begin(), request.unknown_fields.end());
}

/// How the provider is asked, where it can answer both ways. An answer that the client wants whole is
/// streamed and collected here, so that its making is no silence; not where a stream would say nothing of
/// usage, or broke lately. One that the client wants streamed is asked for whole where calls got lost in
/// streams: behind a finished block Claude Code asks for a continuation only, not for the same answer without
/// streaming.
bool asks_stream(const Shared& shared, const Prepared& prepared, const openai::ChatRequest& chat) {
  if (prepared.profile.stream_only) return true;
  const auto how =
      shared.broken_streams.what_happened(prepared.upstream_model, std::chrono::steady_clock::now());
  if (chat.stream) return chat.tools.empty() || how != memory::BrokenStreams::How::without_call;
  return prepared.profile.include_usage && !how;
}

}  // namespace

std::string upstream_model(const Shared& shared, const anthropic::MessagesRequest& request) {
  const auto& checking = shared.config.auto_mode_model;
  if (!checking.empty() && translate::is_auto_mode_check(request)) return checking;
  return std::string(route::upstream_model(shared.models, request.model));
}

Result<Prepared> prepare(json::Reader& reader, std::string& body, const Shared& shared,
                         PrepareOptions options) {
  const auto request = anthropic::parse(reader, body, anthropic::Endpoint::messages);
  if (!request) return std::unexpected(request.error());

  Prepared prepared;
  prepared.model = request->model;
  prepared.upstream_model =
      options.model.empty() ? upstream_model(shared, *request) : std::string(options.model);
  prepared.profile = shared.profiles.of(prepared.upstream_model);
  if (options.change != nullptr) (void)translate::apply(*options.change, prepared.profile);
  prepared.count = count_prompt(*request, shared, prepared.profile, prepared.upstream_model);
  prepared.calibration = shared.calibration.line(prepared.upstream_model);
  prepared.session = translate::session_key(request->user_id);
  prepared.owner = prepared.upstream_model + "\n" + prepared.session;
  const auto wanted = demand(shared, prepared, *request);
  prepared.count_first = prepared.count.estimated > 0 && length_matters(shared, prepared, wanted);
  auto fits = prepared.count_first ? Result<void>() : check_window(shared, prepared, wanted);
  if (!fits) return std::unexpected(std::move(fits.error()));
  const Memory memory(shared, prepared);
  const translate::Sources sources{
      .memory = &memory, .findings = options.findings.get(), .documents = known_texts(shared)};
  auto translated = translate::request(*request, prepared.upstream_model, prepared.profile,
                                       limits(shared, prepared, wanted), sources);
  if (!translated) return std::unexpected(std::move(translated.error()));
  prepared.unread = unread(translated->unread);

  translated->chat.stream = asks_stream(shared, prepared, translated->chat);
  prepared.body.reserve(body.size() + body.size() / 8);
  openai::write(translated->chat, prepared.body);
  prepared.usage_scale = usage_scale(shared, prepared.upstream_model);
  remember(*request, std::move(*translated), prepared);
  if (shared.search && !options.findings && !prepared.web_search) {
    prepared.question = translate::search_question(*request);
  }
  prepared.findings = std::move(options.findings);
  if (request->classifier_context_json && !shared.config.safety_model.empty())
    prepared.safety = std::make_shared<const translate::SafetyCase>(translate::safety_case(*request));
  return prepared;
}

}  // namespace ccp::proxy
