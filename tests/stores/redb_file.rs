//! What `RedbStore` opens, and what it does not.

use std::fs;
use std::path::Path;

use jwt_runtime::{NewSession, RedbStore, Standing, StoreError, TokenStore};
use jwt_tests::folder::Folder;
use redb::{Database, TableDefinition};

use super::{EXPIRES_AT, KEEP_UNTIL, NOW, access, session};

/// The message of the error that opening the file gives.
fn refusal(path: &Path) -> String {
    match RedbStore::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error @ StoreError::Unavailable(_)) => error.to_string(),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_file_has_one_user_at_a_time() {
    let folder = Folder::new();
    let store = RedbStore::open(folder.file("sessions")).unwrap();
    let clone = store.clone();
    drop(store);
    let refusal = refusal(&folder.file("sessions"));
    assert!(refusal.contains("in use by another process"), "{refusal}");
    assert!(refusal.contains("sessions"), "it names the file: {refusal}");
    drop(clone);
    RedbStore::open(folder.file("sessions")).unwrap();
}

#[test]
fn what_is_something_else_is_left_as_it_is() {
    let folder = Folder::new();
    let path = folder.file("notes");
    for content in ["", "not a database", &"0".repeat(100_000), &"\0".repeat(8_192)] {
        fs::write(&path, content).unwrap();
        refusal(&path);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
    }
}

#[test]
fn a_database_of_something_else_is_refused() {
    let folder = Folder::new();
    let path = folder.file("other");
    let database = Database::create(&path).unwrap();
    let writing = database.begin_write().unwrap();
    writing.open_table(TableDefinition::<&str, u64>::new("other")).unwrap().insert("a", 1).unwrap();
    writing.commit().unwrap();
    drop(database);
    let refusal = refusal(&path);
    assert!(refusal.contains("a database of something else"), "{refusal}");
}

#[test]
fn another_version_is_refused() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    drop(RedbStore::open(&path).unwrap());
    let database = Database::open(&path).unwrap();
    let writing = database.begin_write().unwrap();
    let meta = TableDefinition::<&str, u64>::new("jwt_meta");
    writing.open_table(meta).unwrap().insert("schema", 7).unwrap();
    writing.commit().unwrap();
    drop(database);
    let refusal = refusal(&path);
    assert!(refusal.contains("schema 7"), "{refusal}");
}

#[test]
fn where_nothing_can_be_made_is_an_error() {
    let folder = Folder::new();
    let refused = refusal(&folder.file("no/such/folder"));
    assert!(refused.contains("No such file"), "{refused}");
    refusal(folder.path());
    // Not even root may write here.
    #[cfg(target_os = "linux")]
    refusal(Path::new("/proc/sessions"));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new();
    let _store = RedbStore::open(folder.file("sessions")).unwrap();
    let mode = fs::metadata(folder.file("sessions")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let files: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(files.len(), 1, "{files:?}");
}

/// Twenty sessions of twenty subjects, every other one with its access token revoked.
async fn filled(path: &Path) -> Vec<String> {
    let store = RedbStore::open(path).unwrap();
    let subjects: Vec<String> = (0..20).map(|number| format!("subject-{number}")).collect();
    for (number, subject) in subjects.iter().enumerate() {
        store.open_session(session(subject)).await.unwrap();
        if number % 2 == 0 {
            store.revoke_token(access(subject), NOW, KEEP_UNTIL).await.unwrap();
        }
    }
    subjects
}

/// How often a file opens although it is not what was written, and then every answer is right.
async fn opens_in_spite(path: &Path, damaged: impl Iterator<Item = Vec<u8>>) -> (usize, usize) {
    let (mut opened, mut refused) = (0, 0);
    for bytes in damaged {
        fs::write(path, bytes).unwrap();
        let Ok(store) = RedbStore::open(path) else {
            refused += 1;
            continue;
        };
        opened += 1;
        for number in 0..20 {
            let subject = format!("subject-{number}");
            let expected = if number % 2 == 0 { Standing::Revoked } else { Standing::Live };
            // An error is no wrong answer.
            if let Ok(standing) = store.standing(access(&subject), NOW).await {
                assert_eq!(standing, expected, "{subject}");
            }
        }
    }
    (opened, refused)
}

#[tokio::test]
async fn a_damaged_file_gives_no_wrong_answer() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    filled(&path).await;
    let whole = fs::read(&path).unwrap();
    let used: Vec<usize> = (0..whole.len()).filter(|at| whole[*at] != 0).collect();
    // One byte after the other would take minutes; a prime step meets every kind of page.
    let flipped = used.iter().step_by(97).map(|at| {
        let mut bytes = whole.clone();
        bytes[*at] ^= 0xff;
        bytes
    });
    let (opened, refused) = opens_in_spite(&path, flipped).await;
    assert!(refused > 5, "{refused} of {} refused", opened + refused);
}

#[tokio::test]
async fn half_a_file_is_refused() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    filled(&path).await;
    let whole = fs::read(&path).unwrap();
    let last = whole.iter().rposition(|byte| *byte != 0).unwrap();
    let halves = [1, 64, 4_096, last / 2, last - 1].map(|length| whole[..length].to_vec());
    let (opened, _) = opens_in_spite(&path, halves.into_iter()).await;
    assert_eq!(opened, 0);
}

#[tokio::test]
async fn ended_sessions_give_their_room_back() {
    let folder = Folder::new();
    let path = folder.file("sessions");
    let store = RedbStore::open(&path).unwrap();
    let mut sizes = Vec::new();
    for round in 0..20 {
        let logins: Vec<_> = (0..100)
            .map(|number| {
                let (store, subject) = (store.clone(), format!("subject-{round}-{number}"));
                tokio::spawn(async move {
                    let long = "x".repeat(1_000);
                    let device = jwt_runtime::Device { label: Some(&long), ..Default::default() };
                    let login = NewSession { device, ..session(&subject) };
                    store.open_session(login).await.unwrap();
                    assert!(store.end_session(&subject, "sid-1", NOW).await.unwrap());
                })
            })
            .collect();
        for login in logins {
            login.await.unwrap();
        }
        sizes.push(fs::metadata(&path).unwrap().len());
    }
    let (early, late) = (sizes[..5].iter().max().unwrap(), sizes.last().unwrap());
    assert!(late <= early, "{sizes:?}");
    assert_eq!(store.sessions("subject-0-0", EXPIRES_AT).await.unwrap(), vec![]);
}
