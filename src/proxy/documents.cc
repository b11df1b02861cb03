#include "proxy/documents.h"

#include <fmt/format.h>

#include "proxy/worker.h"

namespace ccp::proxy {

namespace {

/// Bytes of a document's text that the model is given; a longer one would not fit most of them.
constexpr std::size_t longest_text = std::size_t{2} << 20;

net::Task<void> read(Worker& worker, const UnreadDocument& document) {
  auto& shared = worker.shared;
  const net::ProgramLimits limits{.time = std::chrono::seconds(shared.config.pdf_timeout),
                                  .output = 2 * longest_text};
  const auto pages = co_await net::run(worker.io, *shared.pdf_to_text, document.bytes, limits);
  auto text = pages ? translate::document_text(pages->bytes, longest_text) : std::string();
  if (text.empty()) {
    shared.log.limited(
        LogLevel::warning, "no text in a PDF",
        fmt::format("no text can be extracted from a PDF of {} bytes: {}", document.bytes.size(),
                    pages ? "it has none, as a scan" : pages.error().message));
  }
  shared.documents.keep(document.key, std::move(text));
}

}  // namespace

std::optional<net::Program> pdf_to_text(const config::Config& config) {
  if (config.pdf_to_text == "off") return std::nullopt;
  auto path = net::find_program(config.pdf_to_text);
  if (!path) return std::nullopt;
  return net::Program{*std::move(path), {"-q", "-enc", "UTF-8", "-", "-"}};
}

const translate::DocumentTexts* known_texts(const Shared& shared) {
  return shared.pdf_to_text ? &shared.documents : nullptr;
}

net::Task<void> read_documents(Worker& worker, const std::vector<UnreadDocument>& documents) {
  for (const auto& document : documents) {
    const auto turn = co_await worker.pdf_turns.next();
    if (!worker.shared.documents.knows(document.key)) co_await read(worker, document);
  }
}

}  // namespace ccp::proxy
