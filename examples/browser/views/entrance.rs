//! The pages for those who are not logged in.

use maud::{Markup, html};

use super::{brand, document};

/// `name` and `email` as they were sent before, for another try. Passwords are never sent back.
pub(crate) fn sign_up(name: &str, email: &str, error: Option<&str>) -> Markup {
    entrance(
        "Create your account",
        error,
        html! {
            form #signup-form action="/signup" method="post" {
                (field("name", "Your name", html! {
                    input #name name="name" value=(name) autocomplete="name" maxlength="64" required
                        autofocus;
                }))
                (email_field(email, false))
                (field("password", "Password", html! {
                    input #password name="password" type="password" autocomplete="new-password"
                        minlength="8" aria-describedby="password-hint" required;
                    small #password-hint { "At least 8 characters. A short sentence is good." }
                }))
                (field("password_confirm", "The same password again", html! {
                    input #password_confirm name="password_confirm" type="password"
                        autocomplete="new-password" minlength="8" required;
                }))
                button #signup-button { "Create account" }
            }
        },
        html! { "Been here before? " a href="/login" { "Log in" } },
    )
}

pub(crate) fn log_in(email: &str, error: Option<&str>) -> Markup {
    entrance(
        "Welcome back",
        error,
        html! {
            form #login-form action="/login" method="post" {
                (email_field(email, email.is_empty()))
                (field("password", "Password", html! {
                    input #password name="password" type="password" autocomplete="current-password"
                        required autofocus[!email.is_empty()];
                }))
                button #login-button { "Log in" }
            }
        },
        html! { "New here? " a href="/signup" { "Create an account" } },
    )
}

fn entrance(title: &str, error: Option<&str>, form: Markup, elsewhere: Markup) -> Markup {
    document(
        title,
        html! {
            main.entrance {
                (brand("36"))
                section.card {
                    h1 { (title) }
                    @if let Some(error) = error {
                        p #error role="alert" { (error) }
                    }
                    (form)
                }
                p.elsewhere { (elsewhere) }
            }
        },
    )
}

fn email_field(email: &str, autofocus: bool) -> Markup {
    field(
        "email",
        "E-mail",
        html! {
            input #email name="email" type="email" value=(email) autocomplete="username"
                maxlength="254" required autofocus[autofocus];
        },
    )
}

fn field(id: &str, label: &str, input: Markup) -> Markup {
    html! {
        div.field {
            label for=(id) { (label) }
            (input)
        }
    }
}
