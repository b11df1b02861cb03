#pragma once

#include <openssl/bio.h>

namespace ccp::upstream {

/// A BIO over a non-blocking socket it does not own. Unlike OpenSSL's, it never raises SIGPIPE. Null when
/// memory is short.
BIO* new_socket_bio(int socket);

}  // namespace ccp::upstream
