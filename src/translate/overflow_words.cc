#include "translate/overflow_words.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "translate/wording.h"

namespace ccp::translate {

namespace {

/// Lower case. Each is said by some provider, and only of a prompt that does not fit.
constexpr std::array phrases = {
    std::string_view("maximum context length"),
    std::string_view("context_length_exceeded"),
    std::string_view("context length exceeded"),
    std::string_view("exceeds the context window"),
    std::string_view("exceed context window"),
    std::string_view("context window exceeds"),
    std::string_view("contextwindowexceeded"),
    std::string_view("context_window_exceeded"),
    std::string_view("available context size"),
    std::string_view("exceeds context size"),
    std::string_view("context size has been exceeded"),
    std::string_view("exceed_context_size"),
    std::string_view("context_exceeded"),
    std::string_view("context the overflows"),
    std::string_view("context overflow"),
    std::string_view("exceed context limit"),
    std::string_view("exceeds context limit"),
    std::string_view("exceeded max context length"),
    std::string_view("greater than the context length"),
    std::string_view("longer than the model's context length"),
    std::string_view("longer than the maximum model length"),
    std::string_view("prompt is too long"),
    std::string_view("prompt too long"),
    std::string_view("input is too long"),
    std::string_view("input length too long"),
    std::string_view("input prompt is too long"),
    std::string_view("maximum prompt length"),
    std::string_view("prompt exceeds max length"),
    std::string_view("prompt token count"),
    std::string_view("input token count"),
    std::string_view("exceeds the maximum number of tokens"),
    std::string_view("maximum allowed input length"),
    std::string_view("exceeds the maximum allowed length"),
    std::string_view("exceeds the maximum length"),
    std::string_view("exceeded model token limit"),
    std::string_view("range of input length should be"),
    std::string_view("too large for model with"),
    std::string_view("`inputs` tokens"),
    std::string_view("too many tokens: size limit exceeded"),
    std::string_view("too many tokens: total number of tokens"),
    std::string_view("equal to max_seq_len"),
    std::string_view("less than max_seq_len"),
    std::string_view("tokens_limit_reached"),
    std::string_view("reduce the length of the messages"),
    std::string_view("context length is only"),
    std::string_view("input length exceeds the context length"),
    std::string_view("`inputs` must have less than"),
    std::string_view("token length exceed model limit"),
    std::string_view("number of input tokens exceeds"),
    std::string_view("cannot truncate prompt with n_keep"),
    std::string_view("tokens in request more than max tokens allowed"),
    std::string_view("exceeds the model's context window"),
    std::string_view("exceeds this model's context window"),
    std::string_view("configured context size"),
};

/// The same in other languages, of which the providers' own tongues are the most usual.
constexpr std::array foreign_phrases = {
    // Chinese, simplified and traditional
    std::string_view("超长"),
    std::string_view("输入过长"),
    std::string_view("输入太长"),
    std::string_view("内容过长"),
    std::string_view("内容太长"),
    std::string_view("上下文过长"),
    std::string_view("上下文长度超"),
    std::string_view("上下文超"),
    std::string_view("超出上下文"),
    std::string_view("超过上下文"),
    std::string_view("超过最大上下文"),
    std::string_view("超出最大上下文"),
    std::string_view("输入长度超"),
    std::string_view("超过最大输入"),
    std::string_view("超出最大输入"),
    std::string_view("超过模型最大"),
    std::string_view("超出模型最大"),
    std::string_view("超過上下文"),
    std::string_view("輸入過長"),
    // Japanese, Korean
    std::string_view("コンテキスト長を超"),
    std::string_view("最大コンテキスト長"),
    std::string_view("入力が長すぎ"),
    std::string_view("プロンプトが長すぎ"),
    std::string_view("컨텍스트 길이를 초과"),
    std::string_view("최대 컨텍스트"),
    std::string_view("입력이 너무 깁"),
    std::string_view("프롬프트가 너무 깁"),
    // Russian, German, French, Spanish, Portuguese
    std::string_view("длину контекста"),
    std::string_view("длина контекста"),
    std::string_view("промпт слишком длинный"),
    std::string_view("maximale kontextlänge"),
    std::string_view("eingabe ist zu lang"),
    std::string_view("prompt ist zu lang"),
    std::string_view("longueur maximale du contexte"),
    std::string_view("longueur de contexte"),
    std::string_view("longitud máxima de contexto"),
    std::string_view("longitud máxima del contexto"),
    std::string_view("ventana de contexto"),
    std::string_view("comprimento máximo do contexto"),
    std::string_view("janela de contexto"),
};

template <std::size_t N>
bool any_in(const std::array<std::string_view, N>& list, std::string_view words) {
  return std::ranges::any_of(list, [&](auto phrase) { return words.contains(phrase); });
}

}  // namespace

bool says_overflow(std::string_view words) {
  return any_in(phrases, words) || any_in(foreign_phrases, words);
}

bool is_overflow_code(std::string_view code) {
  return any_in(phrases, code) ||
         contains_any(code, {"model_max_prompt_tokens_exceeded", "prompt_too_long", "input_too_long",
                             "context_too_long", "context_length_error", "context_limit_exceeded",
                             "prompttoolong", "inputtoolong", "contextlengthexceeded"}) ||
         trimmed(code) == "1261";  // Zhipu
}

bool has_negative_max_tokens(std::string_view words) {
  if (!contains_any(words, {"max_tokens", "max_completion_tokens", "max_new_tokens", "max_output_tokens"}))
    return false;
  for (std::size_t at = words.find('-'); at != std::string_view::npos; at = words.find('-', at + 1)) {
    const bool begins = at == 0 || std::string_view(" =:(\"'`[").contains(words[at - 1]);
    if (begins && at + 1 < words.size() && is_ascii_digit(words[at + 1])) return true;
  }
  return false;
}

}  // namespace ccp::translate
