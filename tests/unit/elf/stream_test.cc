// Tests of elf/stream: pipes, FIFOs and devices, endless and silent ones.

#include "elf/stream.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>

#include "elf/elf_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "support/elf_builder.h"
#include "support/packed.h"

namespace dwreloc::internal {
namespace {

using ::testing::HasSubstr;

// The two ends of a pipe, and a thread that writes into it.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_), 0); }
  ~Pipe() {
    close(ends_[0]);
    if (writer_.joinable()) writer_.join();
    if (ends_[1] >= 0) close(ends_[1]);
  }
  int reader() const { return ends_[0]; }
  // Writes `text` that many times, in two parts each, then closes.
  void Write(std::string text, size_t times = 1) {
    writer_ = std::thread([this, text = std::move(text), times] {
      signal(SIGPIPE, SIG_IGN);
      const size_t half = text.size() / 2;
      for (size_t i = 0; i < times; ++i) {
        if (!Put({text.data(), half}) ||
            !Put({text.data() + half, text.size() - half})) {
          break;
        }
      }
      close(ends_[1]);
      ends_[1] = -1;
    });
  }

 private:
  bool Put(std::string_view text) {
    while (!text.empty()) {
      const ssize_t put = write(ends_[1], text.data(), text.size());
      if (put <= 0) return false;
      text.remove_prefix(static_cast<size_t>(put));
    }
    return true;
  }

  int ends_[2] = {-1, -1};
  std::thread writer_;
};

std::string Text(Bytes bytes) {
  return std::string(bytes.begin(), bytes.end());
}

std::string Elf() {
  ElfBuilder elf;
  const auto image = elf.Build();
  return std::string(image.begin(), image.end());
}

// A FIFO in a directory of its own.
class Fifo {
 public:
  Fifo() {
    EXPECT_NE(mkdtemp(directory_), nullptr);
    path_ = std::string(directory_) + "/fifo";
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
  }
  ~Fifo() {
    unlink(path_.c_str());
    rmdir(directory_);
  }
  const char* path() const { return path_.c_str(); }

 private:
  char directory_[32] = "/tmp/dwreloc-fifo-XXXXXX";
  std::string path_;
};

TEST(StreamTest, ReadsToTheEnd) {
  Pipe pipe;
  const std::string text = Elf() + std::string(300000, 'x');
  pipe.Write(text);
  const auto read = ReadStream(pipe.reader(), kMaxFileMemory);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(Text(read->bytes()) == text);
}

TEST(StreamTest, StopsAtFirstBytesThatCannotBeElf) {
  Pipe pipe;
  pipe.Write("yes\n", SIZE_MAX);
  const auto read = ReadStream(pipe.reader(), kMaxFileMemory);
  EXPECT_EQ(GetDetail(read.status()).code, ErrorCode::kNotElf);
}

TEST(StreamTest, NamesWhatComes) {
  Pipe pipe;
  pipe.Write("BC\xc0\xde and what follows it", SIZE_MAX);
  const auto read = ReadStream(pipe.reader(), kMaxFileMemory);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("LLVM bitcode"));
}

TEST(StreamTest, EndlessElfEndsAtTheLimit) {
  Pipe pipe;
  pipe.Write(Elf(), SIZE_MAX);
  const auto read = ReadStream(pipe.reader(), 100000);
  EXPECT_EQ(GetDetail(read.status()).code, ErrorCode::kUnsupported);
  EXPECT_THAT(std::string(read.status().message()),
              HasSubstr("more than 100000 bytes"));
}

TEST(StreamTest, TheLimitIsCheckedToTheByte) {
  const std::string elf = Elf();
  for (const size_t limit : {elf.size() - 1, elf.size(), elf.size() + 1}) {
    Pipe pipe;
    pipe.Write(elf);
    EXPECT_EQ(ReadStream(pipe.reader(), limit).ok(), limit >= elf.size())
        << limit;
  }
}

TEST(StreamTest, ACompressedFileIsUnpackedWithinTheLimit) {
  std::string elf = Elf();
  elf.resize(100000);
  const Bytes image(reinterpret_cast<const uint8_t*>(elf.data()), elf.size());
  for (const Packer& packer : kPackers) {
    const auto packed = packer.pack(image);
    for (const size_t limit : {elf.size() - 1, elf.size()}) {
      Pipe pipe;
      pipe.Write(std::string(packed.begin(), packed.end()));
      const auto file = ElfFile::OpenFd(pipe.reader(), "packed", limit);
      EXPECT_EQ(file.ok(), limit == elf.size()) << packer.name << limit;
      EXPECT_EQ(ElfFile::OpenMemory(packed, "packed", limit).ok(),
                limit == elf.size());
    }
  }
}

TEST(StreamTest, WaitsForDataOfANonblockingDescriptor) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  const std::string elf = Elf();
  std::thread writer([&] {
    usleep(20000);
    EXPECT_EQ(write(ends[1], elf.data(), elf.size()),
              static_cast<ssize_t>(elf.size()));
    close(ends[1]);
  });
  const auto read = ReadStream(ends[0], kMaxFileMemory);
  writer.join();
  close(ends[0]);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_TRUE(Text(read->bytes()) == elf);
}

TEST(StreamTest, AFifoWithoutWriterIsAnErrorAtOnce) {
  const Fifo fifo;
  const auto file = ElfFile::OpenPath(fifo.path());
  EXPECT_EQ(GetDetail(file.status()).code, ErrorCode::kNotElf);
  EXPECT_THAT(std::string(file.status().message()),
              HasSubstr("no process writes to this FIFO"));
}

TEST(StreamTest, AFifoWithAWriterIsRead) {
  const Fifo fifo;
  // So that one can be opened for writing at once.
  const int other = open(fifo.path(), O_RDONLY | O_NONBLOCK);
  const int end = open(fifo.path(), O_WRONLY);
  ASSERT_GE(end, 0);
  const std::string elf = Elf();
  std::thread writer([&] {
    usleep(20000);
    EXPECT_EQ(write(end, elf.data(), elf.size()),
              static_cast<ssize_t>(elf.size()));
    close(end);
  });
  const auto file = ElfFile::OpenPath(fifo.path());
  writer.join();
  close(other);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE(Text((*file)->image()) == elf);
}

TEST(StreamTest, DevicesAreRefusedByName) {
  for (const char* path : {"/dev/zero", "/dev/null"}) {
    const auto file = ElfFile::OpenPath(path);
    EXPECT_EQ(GetDetail(file.status()).code, ErrorCode::kNotElf) << path;
    EXPECT_THAT(std::string(file.status().message()),
                HasSubstr("a character device"));
  }
}

}  // namespace
}  // namespace dwreloc::internal
