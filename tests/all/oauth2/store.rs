//! The file that keeps a token.

use std::fs;

use drchrono::oauth2::{FileTokenStore, MemoryStore, TokenStore};

use super::{both, ended, expired, list, names, oauth2, rotating, said, signed_with};

#[tokio::test]
async fn a_token_is_kept_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("state/deep/tokens.json"));
    assert!(store.load().await.unwrap().is_none());
    store.clear().await.unwrap();
    for token in [ended(), expired().with_scope("a b")] {
        store.save(&token).await.unwrap();
        let kept = store.load().await.unwrap().unwrap();
        assert_eq!((names(&kept), &kept.scope), (both(1), &token.scope));
        assert_eq!(kept.expires_at.is_some(), token.expires_at.is_some());
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(store.path()), 0o600);
        assert_eq!(mode(&folder.path().join("state/deep")), 0o700);
        assert_eq!(mode(&folder.path().join("state")), 0o700);
    }
    let folder = folder.path().join("state/deep");
    let names: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(names, ["tokens.json"], "nothing is left behind");
    store.clear().await.unwrap();
    assert!(store.load().await.unwrap().is_none());
}

/// What a killed process has left behind is neither in the way nor written through.
#[cfg(unix)]
#[tokio::test]
async fn what_is_left_behind_is_no_trap() {
    let folder = tempfile::tempdir().unwrap();
    let victim = folder.path().join("victim");
    fs::write(&victim, "as it was").unwrap();
    let path = folder.path().join("tokens.json");
    std::os::unix::fs::symlink(&victim, folder.path().join("tokens.json.new")).unwrap();
    let store = FileTokenStore::new(&path);
    store.save(&ended()).await.unwrap();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "as it was");
    assert!(fs::symlink_metadata(&path).unwrap().is_file());
}

#[tokio::test]
async fn a_damaged_file_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let server = rotating();
    for damage in [&b""[..], b"{\"access_token\": \"hidden", b"{\"access_token\": 7}", b"\xff"] {
        fs::write(&path, damage).unwrap();
        let oauth2 = oauth2(&server).all_scopes().store(FileTokenStore::new(&path));
        let request = oauth2.authorize_url().unwrap();
        let errors = [
            list(&signed_with(&server, &oauth2)).await.unwrap_err(),
            oauth2.is_signed_in().await.unwrap_err(),
            oauth2.exchange("code", &request).await.unwrap_err(),
            oauth2.sign_in(0, |_| panic!("asked")).await.unwrap_err(),
        ];
        for error in errors {
            let said = said(&error);
            assert!(said.contains("tokens.json") && said.contains("delete it"), "{said}");
            assert!(!said.contains("hidden"), "{said}");
        }
        assert!(FileTokenStore::new(&path).save(&ended()).await.is_err());
        assert_eq!(fs::read(&path).unwrap(), damage);
    }
    assert!(server.take().is_empty(), "no code is spent for a token that cannot be saved");
    fs::remove_file(&path).unwrap();
    let oauth2 = oauth2(&server).all_scopes().store(FileTokenStore::new(&path));
    oauth2.exchange("code", &oauth2.authorize_url().unwrap()).await.unwrap();
    assert_eq!(names(&FileTokenStore::new(&path).load().await.unwrap().unwrap()), both(2));
}

#[tokio::test]
async fn what_another_process_has_renewed_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("tokens.json"));
    store.save(&ended()).await.unwrap();
    let server = rotating();
    let ours = oauth2(&server).store(store.clone());
    let theirs = oauth2(&server).store(store.clone());
    let client = signed_with(&server, &ours);
    theirs.refresh().await.unwrap();
    server.take();
    list(&client).await.unwrap();
    assert!(super::asked(&server).is_empty());
    // So is that they have signed out.
    theirs.sign_out().await.unwrap();
    assert!(!ours.is_signed_in().await.unwrap());
    assert!(list(&client).await.unwrap_err().is_sign_in_required());
}

#[tokio::test]
async fn a_lock_is_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(folder.path().join("tokens.json"));
    let guard = store.lock().await.unwrap();
    let second = tokio::time::timeout(std::time::Duration::from_millis(100), store.lock());
    assert!(second.await.is_err(), "it waits");
    drop(guard);
    drop(store.lock().await.unwrap());
    // Within a process it is up to whoever shares the store.
    let memory = MemoryStore::new();
    let _guards = (memory.lock().await.unwrap(), memory.lock().await.unwrap());
}
