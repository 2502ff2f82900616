//! Several processes and one Redis: stores that share nothing but the server.

use jwt_runtime::{RedisStore, Rotation, Standing, TokenStore, TokenType};
use tokio::task::JoinSet;

use super::{NOW, ROTATED, SHARED, access, connected, session, step};

const NODES: usize = 4;

async fn nodes() -> Vec<RedisStore> {
    let mut nodes = Vec::new();
    for _ in 0..NODES {
        nodes.push(connected(&SHARED.url()).await);
    }
    nodes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_concurrent_rotations_on_several_nodes_succeeds() {
    let nodes = nodes().await;
    for round in 0..250 {
        let subject = format!("nodes-{round}");
        nodes[round % NODES].open_session(session(&subject)).await.unwrap();
        let mut rotations = JoinSet::new();
        for number in 0..32 {
            let (node, subject) = (nodes[number % NODES].clone(), subject.clone());
            rotations.spawn(async move {
                let successor = format!("refresh-{}", number + 2);
                let mut step = step(&subject);
                step.successor = &successor;
                node.rotate(step).await.unwrap()
            });
        }
        let answers = rotations.join_all().await;
        let count = |wanted| answers.iter().filter(|answer| **answer == wanted).count();
        assert_eq!(count(ROTATED), 1, "round {round}: {answers:?}");
        assert_eq!(count(Rotation::Reused), 1, "round {round}: {answers:?}");
        assert_eq!(count(Rotation::SessionEnded), 30, "round {round}: {answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_logout_on_one_node_ends_the_rotations_of_another() {
    let nodes = nodes().await;
    for round in 0..250 {
        let subject = format!("logout-{round}");
        nodes[0].open_session(session(&subject)).await.unwrap();
        let ending = {
            let (node, subject) = (nodes[1].clone(), subject.clone());
            tokio::spawn(async move {
                if round % 2 == 0 {
                    assert!(node.end_session(&subject, "sid-1", NOW).await.unwrap());
                } else {
                    node.end_all_sessions(&subject, NOW).await.unwrap();
                }
            })
        };
        let mut current = "refresh-1".to_owned();
        loop {
            let began_after_the_end = ending.is_finished();
            let successor = format!("{current}'");
            let mut step = step(&subject);
            (step.presented, step.successor) = (&current, &successor);
            match nodes[2].rotate(step).await.unwrap() {
                Rotation::Rotated { .. } => {
                    assert!(!began_after_the_end, "round {round}: too late")
                }
                other => {
                    assert_eq!(other, Rotation::SessionEnded, "round {round}");
                    break;
                }
            }
            current = successor;
        }
        ending.await.unwrap();
        let mut last = access(&subject);
        (last.token_id, last.token_type) = (&current, TokenType::Refresh);
        for token in [access(&subject), last] {
            let standing = nodes[3].standing(token, NOW).await.unwrap();
            assert_eq!(standing, Standing::SessionEnded, "round {round}");
        }
    }
}
