#include "translate/stream.h"

#include "translate/stream_machine.h"

namespace ccp::translate {

Stream::Stream(StreamContext context, anthropic::EventSink& sink)
    : machine_(std::make_unique<Machine>(std::move(context), sink)) {}
Stream::~Stream() = default;

void Stream::set_input_tokens(std::int64_t tokens) { machine_->set_input_tokens(tokens); }
void Stream::start() { machine_->start(); }
void Stream::feed(const openai::Chunk& chunk) { machine_->feed(chunk); }
void Stream::finish(bool done_seen) { machine_->finish(done_seen); }
void Stream::fail(const Error& error) { machine_->fail(error); }
void Stream::ping() { machine_->ping(); }
bool Stream::started() const { return machine_->started(); }
bool Stream::ended() const { return machine_->ended(); }
bool Stream::has_content() const { return machine_->has_content(); }
bool Stream::finishing() const { return machine_->finishing(); }
anthropic::Usage Stream::usage() const { return machine_->usage(); }
const Error* Stream::failure() const { return machine_->failure(); }
std::optional<std::int64_t> Stream::reported_prompt_tokens() const {
  return machine_->reported_prompt_tokens();
}
Thought Stream::thought() const { return machine_->thought(); }
std::vector<std::string> Stream::thought_keys() const { return machine_->thought_keys(); }
bool Stream::lost_call() const { return machine_->lost_call(); }
std::optional<std::int64_t> Stream::shown_window() const { return machine_->shown_window(); }
std::optional<anthropic::StopReason> Stream::stop_reason() const { return machine_->stop_reason(); }

}  // namespace ccp::translate
