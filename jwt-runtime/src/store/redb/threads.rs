//! The threads that wait for the disk, so that no request does.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use redb::{ReadTransaction, WriteTransaction};

use super::deadlines::Deadlines;
use super::desk::{Desk, Task};
use super::failure::Failure;
use super::file::File;
use super::reply::{Expire, Slot};
use crate::error::StoreError;

/// How many calls share a transaction, at most.
const MAX_BATCH: usize = 512;

/// How many reads may wait for the disk at once. What is in memory is read in microseconds.
const READERS: usize = 2;

/// The ends of the threads; the last clone of a store to go ends them.
pub(super) struct Threads {
    writes: Arc<Desk<WriteTransaction>>,
    reads: Arc<Desk<ReadTransaction>>,
    deadlines: Arc<Deadlines>,
    /// Hung up on when the last thread has ended and the file is closed.
    ended: Mutex<Receiver<()>>,
}

impl Threads {
    pub(super) fn start(file: File, deadline: Duration) -> Result<Self, StoreError> {
        let (running, ended) = channel();
        let threads = Self {
            writes: Arc::new(Desk::new()),
            reads: Arc::new(Desk::new()),
            deadlines: Arc::new(Deadlines::new(deadline)),
            ended: Mutex::new(ended),
        };
        let file = Arc::new(file);
        let (writes, written) = (Arc::clone(&threads.writes), Arc::clone(&file));
        spawn("jwt-redb-write", &running, move || {
            serve(&writes, |calls| written.write(calls));
        })?;
        for _ in 0..READERS {
            let (reads, file) = (Arc::clone(&threads.reads), Arc::clone(&file));
            spawn("jwt-redb-read", &running, move || serve(&reads, |calls| file.read(calls)))?;
        }
        let deadlines = Arc::clone(&threads.deadlines);
        spawn("jwt-redb-clock", &running, move || deadlines.watch())?;
        Ok(threads)
    }

    /// Reads, as of the last write that has returned.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        function: impl FnOnce(&ReadTransaction) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.call(&self.reads, function).await
    }

    /// Writes, and returns when it is on disk.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        function: impl FnOnce(&WriteTransaction) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.call(&self.writes, function).await
    }

    pub(super) fn deadline(&self) -> Duration {
        self.deadlines.deadline()
    }

    async fn call<X, T, F>(&self, desk: &Desk<X>, function: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&X) -> Result<T, Failure> + Send + 'static,
    {
        let (slot, reply) = Slot::new();
        let call: Arc<dyn Expire> = Arc::<Slot<T>>::clone(&slot);
        self.deadlines.start(Arc::downgrade(&call));
        drop(call);
        desk.submit(Box::new(Task::new(slot, function)))?;
        reply.await
    }
}

impl Drop for Threads {
    /// Waits for the writes that were accepted, but not for a disk that hangs.
    fn drop(&mut self) {
        self.writes.close();
        self.reads.close();
        self.deadlines.close();
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(self.deadlines.deadline());
    }
}

fn spawn(
    name: &str,
    running: &Sender<()>,
    run: impl FnOnce() + Send + 'static,
) -> Result<(), StoreError> {
    let running = running.clone();
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
        run(); // and drops what it holds
        drop(running);
    });
    thread.map(drop).map_err(StoreError::unavailable)
}

/// Serves calls until there will be none any more: all that wait in one transaction.
fn serve<X>(
    desk: &Desk<X>,
    in_transaction: impl Fn(&mut dyn FnMut(&X) -> Result<(), Failure>) -> Result<(), Failure>,
) {
    while let Some(mut calls) = desk.take(MAX_BATCH) {
        calls.retain(|call| !call.is_over());
        if calls.is_empty() {
            continue;
        }
        let served = in_transaction(&mut |transaction| {
            calls.iter_mut().try_for_each(|call| call.serve(transaction))
        });
        let served = served.map_err(Arc::new);
        for call in calls {
            // A waker that panics is somebody else's, and must not end this thread.
            let _ = catch_unwind(AssertUnwindSafe(|| call.answer(served.as_ref().copied())));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::store::redb::operations;

    fn now(future: impl Future<Output = Result<(), StoreError>>) -> Result<(), StoreError> {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
    }

    #[test]
    fn a_disk_that_hangs_keeps_nobody_waiting() {
        let folder = std::env::temp_dir().join(format!("jwt-hang-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = File::open(&folder.join("sessions")).unwrap();
        let threads = Threads::start(file, Duration::from_millis(200)).unwrap();
        let (hangs, disk) = channel::<()>();

        // Without timers in the runtime: the deadline is the store's own.
        let answer = now(threads.write(move |_| {
            let _ = disk.recv();
            Ok(())
        }));
        assert!(matches!(answer, Err(StoreError::Timeout(_))), "{answer:?}");
        let answer = now(threads.write(operations::end_every_session));
        assert!(matches!(answer, Err(StoreError::Timeout(_))), "{answer:?}");
        // Reads do not wait for the write.
        now(threads.read(|_| Ok(()))).unwrap();

        drop(hangs);
        let patient = std::time::Instant::now() + Duration::from_secs(20);
        while now(threads.write(|_| Ok(()))).is_err() {
            assert!(std::time::Instant::now() < patient, "it never served again");
        }
        drop(threads);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
