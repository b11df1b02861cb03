#pragma once

#include <cstdint>
#include <optional>

#include "openai/chunk.h"
#include "translate/profile.h"

namespace ccp::translate {

/// A request that the provider refused because of one of its parameters.
struct RefusedRequest {
  int status = 0;
  const openai::ErrorBody& body;
  const Profile& profile;       ///< by which the request was made
  std::int64_t max_tokens = 0;  ///< that it asked for; 0: none
};

/// The one change after which the provider may take the request: a setting that `profile` does not have yet.
/// Nothing when the refusal, in whichever provider's words, does not say that a parameter is the reason.
std::optional<ProfileSetting> adjustment(const RefusedRequest& refused);

}  // namespace ccp::translate
