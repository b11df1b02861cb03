#include "route/profiles.h"

#include <array>

namespace ccp::route {

namespace {

/// A row changes the profile where host and model match. An empty pattern matches everything; a host pattern
/// is a suffix of the host, a model pattern a prefix of the model behind its last slash.
struct Row {
  std::string_view host_suffix;
  std::string_view model_prefix;
  void (*apply)(translate::Profile&);
};

void openai_reasoning(translate::Profile& profile) {
  profile.max_completion_tokens = true;
  profile.reasoning_effort = true;
  profile.sampling = false;
}

void openai_host(translate::Profile& profile) {
  profile.files = true;
  profile.max_tools = 128;
}

void deepseek(translate::Profile& profile) { profile.replay_reasoning = true; }

void takes_effort(translate::Profile& profile) { profile.reasoning_effort = true; }

constexpr std::array rows = {
    Row{"api.openai.com", "", openai_host},
    Row{"api.openai.com", "gpt-5", openai_reasoning},
    Row{"api.openai.com", "o1", openai_reasoning},
    Row{"api.openai.com", "o3", openai_reasoning},
    Row{"api.openai.com", "o4", openai_reasoning},
    Row{".openai.azure.com", "gpt-5", openai_reasoning},
    Row{".openai.azure.com", "o1", openai_reasoning},
    Row{".openai.azure.com", "o3", openai_reasoning},
    Row{".openai.azure.com", "o4", openai_reasoning},
    Row{"api.deepseek.com", "", deepseek},
    Row{"generativelanguage.googleapis.com", "gemini-2.5", takes_effort},
    Row{"generativelanguage.googleapis.com", "gemini-3", takes_effort},
};

}  // namespace

translate::Profile profile(std::string_view host, std::string_view model) {
  model = model.substr(model.rfind('/') + 1);
  translate::Profile profile;
  for (const Row& row : rows) {
    if (host.ends_with(row.host_suffix) && model.starts_with(row.model_prefix)) row.apply(profile);
  }
  return profile;
}

}  // namespace ccp::route
