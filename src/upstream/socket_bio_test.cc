#include "upstream/socket_bio.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

#include "upstream/tls.h"

namespace ccp::upstream {
namespace {

class SocketBio : public ::testing::Test {
 protected:
  SocketBio() {
    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_);
    bio_.reset(new_socket_bio(sockets_[0]));
  }
  ~SocketBio() override {
    ::close(sockets_[0]);
    close_far();
  }
  void close_far() {
    if (sockets_[1] >= 0) ::close(sockets_[1]);
    sockets_[1] = -1;
  }

  int sockets_[2] = {-1, -1};
  std::unique_ptr<BIO, Free<&BIO_free>> bio_;
  std::size_t moved_ = 0;
  char byte_ = 0;
};

TEST_F(SocketBio, WritingToAClosedPeerIsAnErrorAndNoSignal) {
  close_far();
  EXPECT_EQ(BIO_write_ex(bio_.get(), "x", 1, &moved_), 0);
  EXPECT_EQ(errno, EPIPE);
  EXPECT_FALSE(BIO_should_retry(bio_.get()));
}

TEST_F(SocketBio, NothingToReadMeansLater) {
  EXPECT_EQ(BIO_read_ex(bio_.get(), &byte_, 1, &moved_), 0);
  EXPECT_TRUE(BIO_should_read(bio_.get()));
  EXPECT_FALSE(BIO_eof(bio_.get()));
}

TEST_F(SocketBio, EndOfFileIsKnown) {
  close_far();
  EXPECT_EQ(BIO_read_ex(bio_.get(), &byte_, 1, &moved_), 0);
  EXPECT_FALSE(BIO_should_retry(bio_.get()));
  EXPECT_TRUE(BIO_eof(bio_.get()));
}

}  // namespace
}  // namespace ccp::upstream
