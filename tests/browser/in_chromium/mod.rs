//! What needs a browser. The name of this module is how `tests/run` leaves it out.

mod attacker;
mod cookies;
mod devices;
mod foreign_forms;
mod foreign_logins;
mod foreign_requests;
mod foreign_sockets;
mod implicit_renewal;
mod own_website;
mod pages;
mod person;
mod renewal;
mod screenshots;
mod sockets;
mod without_same_site;
