package io.bridgehead.cluster.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A disk with so many bytes left: what does not fit is written in part, and then refused, as the kernel does it. */
final class FillingDisk {
    private final AtomicLong left = new AtomicLong(Long.MAX_VALUE);

    void leave(long bytes) {
        left.set(bytes);
    }

    FileChannel open(Path file) throws IOException {
        return new Channel(FileJournal.Opening.FILES.open(file));
    }

    private final class Channel extends FileChannel {
        private final FileChannel file;

        Channel(FileChannel file) {
            this.file = file;
        }

        @Override
        public int write(ByteBuffer bytes) throws IOException {
            if (left.get() == 0 && bytes.hasRemaining()) {
                throw new IOException("No space left on device");
            }
            int fits = (int) Math.min(bytes.remaining(), left.get());
            int written = file.write(bytes.slice(bytes.position(), fits));
            bytes.position(bytes.position() + written);
            left.addAndGet(-written);
            return written;
        }

        @Override
        public long write(ByteBuffer[] parts, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes, long at) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return file.read(bytes);
        }

        @Override
        public long read(ByteBuffer[] parts, int offset, int length) throws IOException {
            return file.read(parts, offset, length);
        }

        @Override
        public int read(ByteBuffer bytes, long at) throws IOException {
            return file.read(bytes, at);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long at) throws IOException {
            file.position(at);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            file.truncate(size);
            return this;
        }

        @Override
        public void force(boolean metadata) throws IOException {
            file.force(metadata);
        }

        @Override
        public long transferTo(long at, long count, WritableByteChannel to) throws IOException {
            return file.transferTo(at, count, to);
        }

        @Override
        public long transferFrom(ReadableByteChannel from, long at, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long at, long size) throws IOException {
            return file.map(mode, at, size);
        }

        @Override
        public FileLock lock(long at, long size, boolean shared) throws IOException {
            return file.lock(at, size, shared);
        }

        @Override
        public FileLock tryLock(long at, long size, boolean shared) throws IOException {
            return file.tryLock(at, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
