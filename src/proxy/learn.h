#pragma once

#include <string_view>

#include "base/result.h"
#include "openai/chunk.h"
#include "proxy/ask.h"
#include "proxy/prepare.h"
#include "proxy/shared.h"

/// What the provider's behaviour teaches, kept for the next requests and said once in the log.
namespace ccp::proxy {

/// Keeps the context window that the provider's refusal, before the answer or inside it, tells of: `said` are
/// its own words, `error` what was made of them.
void learn_window(Shared& shared, const Prepared& prepared, const Error& error,
                  const openai::ErrorBody& said);

/// Keeps what a refusal tells of the context window, and returns the change of the profile after which the
/// provider may take the request, if there is one.
std::optional<translate::ProfileSetting> learn_refusal(Shared& shared, const Prepared& prepared,
                                                       const Refused& refused);

/// The request translated anew with `options.change`, which a refusal suggests and which is learned. Nullopt
/// when it makes no difference.
std::optional<Result<Prepared>> prepare_changed(json::Reader& reader, std::string& body, Shared& shared,
                                                const Prepared& refused, PrepareOptions options,
                                                const Error& refusal);

/// Keeps `setting` for `model`, unless it is known. `because` goes on where "learned …, because" begins.
void learn_setting(Shared& shared, std::string_view model, const translate::ProfileSetting& setting,
                   std::string_view because);

}  // namespace ccp::proxy
