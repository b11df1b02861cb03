#include "upstream/socket_bio.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstdint>

namespace ccp::upstream {

namespace {

int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

/// What OpenSSL wants to be told about the outcome of a system call: success, "again later" or failure.
int outcome(BIO* bio, ssize_t count, int again, std::size_t* moved) {
  BIO_clear_retry_flags(bio);
  if (count > 0) {
    *moved = static_cast<std::size_t>(count);
    return 1;
  }
  if (count == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    BIO_set_flags(bio, again | BIO_FLAGS_SHOULD_RETRY);
  return 0;
}

int read_bytes(BIO* bio, char* into, std::size_t size, std::size_t* received) {
  errno = 0;
  return outcome(bio, ::recv(socket_of(bio), into, size, 0), BIO_FLAGS_READ, received);
}

int write_bytes(BIO* bio, const char* bytes, std::size_t size, std::size_t* sent) {
  errno = 0;
  return outcome(bio, ::send(socket_of(bio), bytes, size, MSG_NOSIGNAL), BIO_FLAGS_WRITE, sent);
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_FLUSH) return 1;
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return 0;
}

int create(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

BIO_METHOD* make_method() {
  BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
  if (made == nullptr) return nullptr;
  BIO_meth_set_read_ex(made, &read_bytes);
  BIO_meth_set_write_ex(made, &write_bytes);
  BIO_meth_set_ctrl(made, &control);
  BIO_meth_set_create(made, &create);
  return made;
}

}  // namespace

BIO* new_socket_bio(int socket) {
  static const BIO_METHOD* const method = make_method();
  if (method == nullptr) return nullptr;
  BIO* const bio = BIO_new(method);
  // The socket travels as the BIO's data: NOLINTNEXTLINE(performance-no-int-to-ptr)
  if (bio != nullptr) BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  return bio;
}

}  // namespace ccp::upstream
