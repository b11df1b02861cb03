#pragma once

#include <string>

/// What a provider's refusal is about, by its status, code and words.
namespace ccp::translate {

/// A refusal while it is classified: everything in lower case.
struct Words {
  int status;
  std::string message;
  std::string code;  ///< code and type
};

/// A limit on how much or how often, whatever the status.
bool is_rate_limit(const Words& words);

/// No credit left.
bool is_empty_account(const Words& words);

/// Only a payment helps, said with a status that is not a rate limit's.
bool is_unpaid(const Words& words);

/// A plan whose allowance of hours, a day, a week or a month is used up. A limit per minute is none.
bool is_used_up(const Words& words);

/// A 429 that waiting does not cure: the account or the plan is empty, or this one request is larger than a
/// whole minute's allowance.
bool is_final_rate_limit(const Words& words);

/// Our key is wrong, or may not do this.
bool is_refused_key(const Words& words);

/// The statuses with which providers say that a prompt does not fit.
bool may_be_overflow(int status);

/// max_tokens ran out before the model had said anything, which some providers tell as an error.
bool is_cut_answer(const Words& words);

/// A server that is up before its model is.
bool is_loading(const Words& words);

/// What a model did by chance, or one that is out of order for the moment, told as the request's fault.
bool is_passing(const Words& words);

/// The provider does not know the model.
bool is_unknown_model(const Words& words);

}  // namespace ccp::translate
