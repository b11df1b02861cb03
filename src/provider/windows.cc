#include "provider/windows.h"

#include <algorithm>
#include <array>

#include "provider/profiles.h"

namespace ccp::provider {

namespace {

/// Published figures: a host (a suffix; empty: any) and a family, which is a model's name or its beginning up
/// to a `-`, `:` or `.`. The longest family that matches counts.
struct Row {
  std::string_view host_suffix;
  std::string_view family;
  std::int64_t tokens;
};

constexpr std::array rows = {
    // https://platform.openai.com/docs/models, one page each; the names are OpenAI's own wherever they run.
    Row{"", "gpt-4o", 128'000},
    Row{"", "gpt-4-turbo", 128'000},
    Row{"", "gpt-4.1", 1'047'576},
    Row{"", "gpt-3.5-turbo", 16'385},
    Row{"", "gpt-5", 400'000},
    Row{"", "gpt-5-chat", 128'000},
    Row{"", "gpt-5.1", 400'000},
    Row{"", "gpt-5.1-chat", 128'000},
    Row{"", "gpt-5.2", 400'000},
    Row{"", "gpt-5.3-codex", 400'000},
    Row{"", "gpt-5.3-codex-spark", 128'000},
    Row{"", "gpt-5.4", 1'050'000},
    Row{"", "gpt-5.4-mini", 400'000},
    Row{"", "gpt-5.4-nano", 400'000},
    Row{"", "gpt-5.5", 1'050'000},
    Row{"", "gpt-5.2-chat", 128'000},
    Row{"", "o1", 200'000},
    Row{"", "o1-mini", 128'000},
    Row{"", "o1-preview", 128'000},
    Row{"", "o3", 200'000},
    Row{"", "o4-mini", 200'000},
    // What the makers publish of models that others serve too: no host has more.
    Row{"", "deepseek-v4", 1'000'000},
    Row{"", "kimi-k2.5", 262'144},
    Row{"", "kimi-k2.6", 262'144},
    Row{"", "kimi-k2.7", 262'144},
    Row{"", "kimi-k2-thinking", 262'144},
    Row{"", "glm-4.5", 131'072},
    Row{"", "glm-4.6", 204'800},
    Row{"", "glm-4.7", 204'800},
    Row{"", "glm-5", 204'800},
    Row{"", "glm-5.2", 1'000'000},
    Row{"", "gemini-2.5", 1'048'576},
    Row{"", "gemini-3", 1'048'576},
    Row{"", "gemini-3.1", 1'048'576},
    Row{"", "gemini-3.5", 1'048'576},
    Row{"", "gpt-oss", 131'072},
    Row{"", "grok-4.3", 1'000'000},
    // https://ai.google.dev/gemini-api/docs/models
    Row{"generativelanguage.googleapis.com", "gemini-2.0-flash", 1'048'576},
    Row{"generativelanguage.googleapis.com", "gemini-2.5", 1'048'576},
    // https://api-docs.deepseek.com/quick_start/pricing
    Row{"api.deepseek.com", "deepseek-chat", 131'072},
    Row{"api.deepseek.com", "deepseek-reasoner", 131'072},
    // https://docs.x.ai/docs/models
    Row{"api.x.ai", "grok-4", 256'000},
    Row{"api.x.ai", "grok-code-fast-1", 256'000},
    // https://console.groq.com/docs/models
    Row{"api.groq.com", "llama-3.3-70b-versatile", 131'072},
    Row{"api.groq.com", "openai/gpt-oss", 131'072},
};

bool in_family(std::string_view model, std::string_view family) {
  if (!model.starts_with(family)) return false;
  return model.size() == family.size() || model[family.size()] == '-' || model[family.size()] == ':';
}

}  // namespace

std::optional<std::int64_t> published_window(std::string_view host, std::string_view model) {
  const Row* best = nullptr;
  for (const Row& row : rows) {
    const bool any_host = row.host_suffix.empty();
    // A gateway puts the maker in front: openai/gpt-4o.
    const auto name = any_host ? family_name(model) : model;
    if (!host.ends_with(row.host_suffix) || !in_family(name, row.family)) continue;
    if (best == nullptr || row.family.size() > best->family.size()) best = &row;
  }
  return best == nullptr ? std::nullopt : std::optional(best->tokens);
}

std::optional<std::int64_t> Windows::known(std::string_view model) const {
  if (fixed_ > 0) return fixed_;
  const std::lock_guard lock(mutex_);
  if (const auto found = learned_.find(model); found != learned_.end()) return found->second.tokens;
  return published_window(host_, model);
}

std::optional<std::int64_t> Windows::certain(std::string_view model, Clock::time_point now) const {
  if (fixed_ > 0) return fixed_;
  const std::lock_guard lock(mutex_);
  const auto found = learned_.find(model);
  if (found == learned_.end()) return published_window(host_, model);
  return now - found->second.when <= trust ? std::optional(found->second.tokens) : std::nullopt;
}

bool Windows::learn(std::string_view model, std::int64_t tokens, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (const auto found = learned_.find(model); found != learned_.end()) {
    const bool news = found->second.tokens != tokens;
    found->second = {tokens, now};
    return news;
  }
  if (learned_.size() >= capacity) {
    learned_.erase(
        std::ranges::min_element(learned_, {}, [](const auto& entry) { return entry.second.when; }));
  }
  learned_.emplace(model, Learned{tokens, now});
  return true;
}

}  // namespace ccp::provider
