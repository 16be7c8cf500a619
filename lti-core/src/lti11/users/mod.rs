//! Which Linux user a Moodle user becomes behind `JupyterHub` with `LTIContainerSpawner`: a pure function.
//!
//! The spawner asks three places in turn for the user number: an account of that name on the hub's machine, the launch
//! parameter `ext_user_userid` (which a patch of Moodle sends), and 30000 plus Moodle's own number. Nothing is refused on
//! the way, so that a Moodle user named `root` becomes root. [`map`] says which rule applied, and what is dangerous.
//!
//! ```
//! use lti_core::lti11::users::{Danger, Directory, MoodleUser, NumberRule, Settings, map};
//! let mut directory = Directory::default();
//! assert!(directory.read_passwd("passwd", "root:x:0:0:root:/root:/bin/bash\n").is_empty());
//! let settings = Settings::default();
//!
//! let student = map(&MoodleUser::new("student1", "3"), &directory, &settings);
//! assert_eq!((student.uid, student.uid_rule), (Some(30003), NumberRule::MoodleNumber));
//! assert_eq!(student.home.as_deref(), Some("/home/others/student1"));
//!
//! let root = map(&MoodleUser::new("root", "7"), &directory, &settings);
//! assert!(root.dangers.contains(&Danger::Root));
//! ```

mod danger;
mod directory;
mod mapping;

pub use self::danger::{Danger, collisions};
pub use self::directory::{Account, BadLine, Directory, Group};
pub use self::mapping::{Mapped, MoodleUser, NumberRule, Settings, map};
