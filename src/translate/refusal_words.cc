#include "translate/refusal_words.h"

#include "translate/wording.h"

namespace ccp::translate {

namespace {

/// DashScope gives its limits per minute the code of an empty account, which it calls Arrearage
/// (https://www.alibabacloud.com/help/en/model-studio/rate-limit).
bool is_allocated_quota(const Words& words) {
  return contains_any(words.message, {"error-code#token-limit", "allocated quota exceeded"});
}

/// Gemini says "exceeded your current quota" of a minute's quota too; for good it is when the quota is 0.
bool is_quota_for_good(const Words& words) {
  if (!contains_any(words.message, {"exceeded your current quota"})) return false;
  const bool passes = is_allocated_quota(words) || contains_any(words.code, {"resource_exhausted"}) ||
                      contains_any(words.message, {"please retry in"});
  return !passes || contains_any(words.message, {"limit: 0,"});
}

bool may_be_passing(const Words& words) {
  return words.status == 0 || words.status == 400 || words.status == 404 || words.status == 409 ||
         words.status == 422 || words.status == 424 || words.status == 425;
}

}  // namespace

bool is_rate_limit(const Words& words) {
  if (words.status == 429) return true;
  if ((words.status == 400 || words.status == 403) && is_used_up(words)) return true;
  const bool may_be = words.status == 0 || words.status == 400 || words.status == 413 || words.status == 422;
  return may_be &&
         (contains_any(words.code, {"rate_limit", "too_many_requests", "insufficient_quota"}) ||
          contains_any(words.message, {"tokens per min", "tokens per day", "tokens per hour",
                                       "requests per min", "requests per day", "(tpm)", "(tpd)", "(rpm)",
                                       "rate limit", "rate_limit", "too many requests", "throttl",
                                       "too many tokens, please wait", "exceeded your current quota"}));
}

bool is_empty_account(const Words& words) {
  if (is_allocated_quota(words)) return false;
  return contains_any(words.code, {"insufficient_quota", "exceeded_current_quota", "budget_exceeded",
                                   "insufficient_balance", "insufficient_credit", "billing_hard_limit"}) ||
         contains_any(words.message, {"insufficient balance", "insufficient credit", "余额不足",
                                      "credit balance is too low", "usage limit for this billing cycle"});
}

bool is_unpaid(const Words& words) {
  if (words.status == 402) return true;
  if (words.status == 400 && contains_any(words.code, {"arrearage"})) return true;  // DashScope
  return (words.status == 400 || words.status == 403 || words.status >= 500) && is_empty_account(words);
}

bool is_used_up(const Words& words) {
  if (is_allocated_quota(words) || contains_any(words.message, {"per minute", "per min", "(tpm)", "(rpm)"}))
    return false;
  if (contains_any(words.code, {"usage_limit_reached", "usage_limit_exceeded", "weekly_limit", "daily_limit",
                                "monthly_limit", "session_limit"}))
    return true;
  const bool of_a_plan = contains_any(words.message, {"usage limit",
                                                      "session limit",
                                                      "session usage",
                                                      "daily limit",
                                                      "daily usage",
                                                      "daily quota",
                                                      "daily free",
                                                      "weekly limit",
                                                      "weekly usage",
                                                      "weekly quota",
                                                      "weekly/monthly",
                                                      "monthly limit",
                                                      "monthly usage",
                                                      "monthly quota",
                                                      "monthly spend",
                                                      "limit for this week",
                                                      "limit for today",
                                                      "limit for this month",
                                                      "5-hour",
                                                      "5 hour",
                                                      "five-hour",
                                                      "free-models-per-day",
                                                      "plan limit",
                                                      "spending limit",
                                                      "out of credits",
                                                      "no credits left",
                                                      "no more credits",
                                                      "每日",
                                                      "每周",
                                                      "每月",
                                                      "已用完",
                                                      "已耗尽"});
  return of_a_plan && !contains_any(words.code, {"resource_exhausted"});
}

bool is_final_rate_limit(const Words& words) {
  return is_empty_account(words) || is_used_up(words) || is_quota_for_good(words) ||
         contains_any(words.message, {"request too large for"});
}

/// Some providers call a wrong key a wrong argument; the moderation of OpenRouter and xAI is a 403 and has
/// nothing to do with it.
bool is_refused_key(const Words& words) {
  if (words.status == 403)
    return !is_used_up(words) &&
           !contains_any(words.message, {"your input was flagged", "violates usage guidelines"});
  if (words.status == 401) return true;
  // LiteLLM looks for a key that it does not know in a database that it does not have.
  if (contains_any(words.message, {"no connected db"}) || contains_any(words.code, {"no_db_connection"}))
    return true;
  return words.status == 400 &&
         (contains_any(words.code, {"invalid_api_key"}) ||
          contains_any(words.message, {"incorrect api key", "invalid api key", "api key not valid",
                                       "api key not found", "api key expired"}));
}

bool may_be_overflow(int status) {
  return status == 0 || status == 400 || status == 413 || status == 422 || (status >= 500 && status <= 503);
}

/// OpenAI and Azure (reasoning models), Groq (JSON by a schema), and gateways in their own words.
bool is_cut_answer(const Words& words) {
  if (!may_be_overflow(words.status)) return false;
  if (contains_any(words.code, {"max_tokens_reached", "output_limit_reached", "max_output_tokens_reached"}))
    return true;
  return contains_any(
      words.message,
      {"could not finish the message", "output limit was reached", "output limit has been reached",
       "output token limit reached", "output token limit was reached", "max_tokens reached",
       "max_tokens was reached", "max_tokens limit reached", "max tokens reached",
       "max_output_tokens reached", "max output tokens reached", "maximum output tokens reached",
       "max_completion_tokens reached", "max completion tokens reached", "max_completion_tokens was reached",
       "reached the maximum number of output tokens", "reached the max_tokens limit"});
}

bool is_loading(const Words& words) {
  if (!may_be_passing(words) && words.status < 500) return false;
  return contains_any(words.code, {"model_loading", "model_not_ready"}) ||
         contains_any(words.message,
                      {"loading model", "model is loading", "is currently loading", "still loading",
                       "being loaded", "warming up", "is warming", "model is not ready", "not ready yet",
                       "model is starting", "cold start"});
}

bool is_passing(const Words& words) {
  if (!may_be_passing(words)) return false;
  return contains_any(words.code, {"tool_use_failed", "json_validate_failed", "output_parse_failed"}) ||
         contains_any(words.message, {"failed to call a function", "failed_generation", "degraded function",
                                      "degraded and cannot", "model is degraded", "temporarily unavailable",
                                      "temporarily overloaded", "try again later", "please try again in a",
                                      "please retry later", "稍后再试", "稍后重试"});
}

bool is_unknown_model(const Words& words) {
  if (words.status != 0 && words.status != 400 && words.status != 404) return false;
  if (contains_any(words.code,
                   {"model_not_found", "model_not_available", "invalid_model", "deploymentnotfound"})) {
    return true;
  }
  return contains_any(words.message, {"model"}) &&
         contains_any(words.message, {"not a valid model", "does not exist", "not found", "unknown model",
                                      "no such model", "no endpoints found", "invalid model name"});
}

}  // namespace ccp::translate
