#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "net/asio.h"
#include "net/program.h"
#include "translate/document_texts.h"

namespace ccp::proxy {

struct Worker;
struct Shared;

/// A PDF whose text is wanted, and its name in the memory::DocumentMemo.
struct UnreadDocument {
  std::string key;
  std::string bytes;
};

/// The program that extracts texts (PDF_TO_TEXT); nothing when it is switched off or not installed.
std::optional<net::Program> pdf_to_text(const config::Config& config);

/// The texts that are known; null when nobody extracts any.
const translate::DocumentTexts* known_texts(const Shared& shared);

/// Extracts the texts of `documents` with pdftotext, in a process of its own, and keeps them for all requests
/// to come. Never fails: a document without text is kept as one, and the log says why.
net::Task<void> read_documents(Worker& worker, const std::vector<UnreadDocument>& documents);

}  // namespace ccp::proxy
