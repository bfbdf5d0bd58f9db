//! Measures the processor time of a piece of work: this thread's, and that of the PostgreSQL process behind it.
//!
//! Processor time, not time on the clock: it hardly depends on what else the machine is doing.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use roster::db::Conn;

/// The clock of the work that is done over one connection.
pub struct Meter {
    backend: Option<i32>,
}

/// What a piece of work took.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    pub cpu: Duration,
    pub wall: Duration,
}

impl Meter {
    pub fn of(conn: &mut Conn) -> Meter {
        #[derive(QueryableByName)]
        struct Pid {
            #[diesel(sql_type = diesel::sql_types::Integer)]
            pid: i32,
        }
        let backend = match conn {
            Conn::Postgres(c) => {
                let pid: Pid = diesel::sql_query("SELECT pg_backend_pid() AS pid").get_result(c).expect("its process");
                Some(pid.pid)
            }
            Conn::Sqlite(_) => None,
        };
        Meter { backend }
    }

    pub fn run(&self, work: impl FnOnce()) -> Taken {
        let (cpu, wall) = (self.cpu(), Instant::now());
        work();
        Taken { cpu: self.cpu() - cpu, wall: wall.elapsed() }
    }

    fn cpu(&self) -> Duration {
        this_thread() + self.backend.map_or(Duration::ZERO, of_process)
    }
}

fn this_thread() -> Duration {
    read(libc::CLOCK_THREAD_CPUTIME_ID)
}

/// The processor time of a process on this machine; the bench cannot measure a PostgreSQL server elsewhere.
pub fn of_process(pid: i32) -> Duration {
    let mut clock = 0;
    // SAFETY: the kernel writes the clock's number into `clock`, which lives for the call.
    let failed = unsafe { libc::clock_getcpuclockid(pid, &mut clock) };
    assert_eq!(failed, 0, "process {pid} is not on this machine");
    read(clock)
}

fn read(clock: libc::clockid_t) -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the kernel writes the time into `time`, which lives for the call.
    let failed = unsafe { libc::clock_gettime(clock, &mut time) };
    assert_eq!(failed, 0, "the processor's clock can be read");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The medians of Roster's runs and of the bare statements'.
#[derive(Debug, Clone, Copy)]
pub struct Compared {
    pub ours: Taken,
    pub bare: Taken,
}

impl Compared {
    pub fn of(ours: &[Taken], bare: &[Taken]) -> Compared {
        Compared { ours: median(ours), bare: median(bare) }
    }

    pub fn ratio(&self) -> f64 {
        self.ours.cpu.as_secs_f64() / self.bare.cpu.as_secs_f64()
    }
}

pub fn median(taken: &[Taken]) -> Taken {
    let middle = |of: fn(&Taken) -> Duration| {
        let mut times: Vec<Duration> = taken.iter().map(of).collect();
        times.sort_unstable();
        times[times.len() / 2]
    };
    Taken { cpu: middle(|taken| taken.cpu), wall: middle(|taken| taken.wall) }
}

/// Runs both by turns, each `times` in one reading of the clock: what is shown is one of them.
pub fn by_turns(meter: &Meter, runs: usize, times: u32, mut ours: impl FnMut(), mut bare: impl FnMut()) -> Compared {
    let (mut of_ours, mut of_bare) = (Vec::new(), Vec::new());
    let each = |taken: Taken| Taken { cpu: taken.cpu / times, wall: taken.wall / times };
    ours();
    bare();
    for _ in 0..runs {
        of_ours.push(each(meter.run(|| (0..times).for_each(|_| ours()))));
        of_bare.push(each(meter.run(|| (0..times).for_each(|_| bare()))));
    }
    Compared::of(&of_ours, &of_bare)
}
