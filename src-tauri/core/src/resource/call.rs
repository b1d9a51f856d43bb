//! A call: the unit of everything that changes an account.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use super::{Facts, Known, Observed, Resource};
use crate::aws::{AwsFault, Clients, FaultKind};

/// What a second sending of the same call would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Nothing new: attaching an attached policy, setting a set attribute.
    Harmless,
    /// Nothing new, because it carries a client token.
    Tokened,
    /// A second thing, or an error that hides the first: look before sending again.
    LookFirst,
}

/// An action and what it acts on, as a policy statement would allow it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// `iam:CreateRole`.
    pub action: String,
    /// An ARN, perhaps with wildcards, or `*` where the action knows no resources.
    pub resource: String,
    /// A condition's key and value: the service a role is handed to, for `iam:PassRole`; the stack's tag.
    pub condition: Option<(String, String)>,
}

impl Permission {
    /// This action on this resource.
    pub fn new(action: &str, resource: impl Into<String>) -> Self {
        Self { action: action.to_owned(), resource: resource.into(), condition: None }
    }

    /// Only when `key` equals `value`.
    #[must_use]
    pub fn when(mut self, key: &str, value: &str) -> Self {
        self.condition = Some((key.to_owned(), value.to_owned()));
        self
    }
}

type Sent = Pin<Box<dyn Future<Output = Result<Facts, AwsFault>> + Send>>;
type Found = Pin<Box<dyn Future<Output = Result<Option<Facts>, AwsFault>> + Send>>;

/// One AWS request that changes something, with its own look-up.
///
/// From the list of calls come the journal, the permissions to ask for, the activity shown before anything
/// happens, and the points at which the tests kill a run; none of them is written twice.
#[derive(Clone)]
pub struct Call {
    /// The action as IAM writes it, `iam:AttachRolePolicy`.
    pub action: &'static str,
    /// What it acts on, as a person would name it: a name, an id or an ARN.
    pub on: String,
    /// What sending it twice would do.
    pub repeat: Repeat,
    /// Whether it brings its resource into being, and not only changes it.
    pub creates: bool,
    /// Whether AWS replaces instances for it, and with them ends jobs that take too long.
    pub replaces_hosts: bool,
    /// What the caller must be allowed to do.
    pub permissions: Vec<Permission>,
    send: Arc<dyn Fn(Clients, Known) -> Sent + Send + Sync>,
    find: Arc<dyn Fn(Clients, Known) -> Found + Send + Sync>,
}

impl Call {
    /// A call that sends `send`. Until [`Call::find`] is given, nothing tells whether it has happened.
    pub fn new<F>(
        action: &'static str,
        on: impl Into<String>,
        repeat: Repeat,
        send: impl Fn(Clients, Known) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Facts, AwsFault>> + Send + 'static,
    {
        Self {
            action,
            on: on.into(),
            repeat,
            creates: false,
            replaces_hosts: false,
            permissions: vec![Permission::new(action, "*")],
            send: Arc::new(move |aws, known| Box::pin(send(aws, known))),
            find: Arc::new(|_, _| Box::pin(async { Ok(None) })),
        }
    }

    /// It has happened when the resource is there and ours.
    #[must_use]
    pub(crate) fn makes<R: Resource + Clone + 'static>(self, resource: &R) -> Self {
        let resource = resource.clone();
        self.creating().find(move |aws, _| seen(resource.clone(), aws))
    }

    /// It brings its resource into being.
    #[must_use]
    pub(crate) fn creating(mut self) -> Self {
        self.creates = true;
        self
    }

    /// AWS replaces instances for it.
    #[must_use]
    pub(crate) fn replacing_hosts(mut self, replaces: bool) -> Self {
        self.replaces_hosts = replaces;
        self
    }

    /// How to see that it has happened already: the facts it would have given, or `None`.
    #[must_use]
    pub fn find<F>(mut self, find: impl Fn(Clients, Known) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<Facts>, AwsFault>> + Send + 'static,
    {
        self.find = Arc::new(move |aws, known| Box::pin(find(aws, known)));
        self
    }

    /// The resource its permission is for, instead of `*`.
    #[must_use]
    pub fn allowed_on(mut self, arn: impl Into<String>) -> Self {
        self.permissions[0].resource = arn.into();
        self
    }

    /// The condition under which its permission is enough.
    #[must_use]
    pub fn only_when(mut self, key: &str, value: &str) -> Self {
        self.permissions[0].condition = Some((key.to_owned(), value.to_owned()));
        self
    }

    /// A permission it needs besides its own.
    #[must_use]
    pub fn also_needs(mut self, permission: Permission) -> Self {
        self.permissions.push(permission);
        self
    }

    /// Permissions it needs besides its own.
    #[must_use]
    pub(crate) fn also_needs_each(mut self, permissions: impl IntoIterator<Item = Permission>) -> Self {
        self.permissions.extend(permissions);
        self
    }

    /// Sends it, once.
    pub(crate) async fn send(&self, aws: &Clients, known: &Known) -> Result<Facts, AwsFault> {
        (self.send)(aws.clone(), known.clone()).await
    }

    /// Looks whether it has happened.
    pub(crate) async fn look(&self, aws: &Clients, known: &Known) -> Result<Option<Facts>, AwsFault> {
        (self.find)(aws.clone(), known.clone()).await
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action, self.on)
    }
}

/// A call of a resource that is cheap to clone: `call!(self, "ec2:DeleteVpc", name, Harmless,
/// |me, aws, known| { … }; id)`, where `id` is a local value that the call takes with it.
macro_rules! call {
    ($self:ident, $action:literal, $on:expr, $repeat:ident, |$me:ident, $aws:ident, $known:ident| $body:block
     $(; $($with:ident),+)?) => {{
        let $me = ::std::clone::Clone::clone($self);
        $crate::resource::Call::new($action, $on, $crate::resource::Repeat::$repeat, move |$aws, $known| {
            let $me = ::std::clone::Clone::clone(&$me);
            $($(let $with = ::std::clone::Clone::clone(&$with);)+)?
            async move {
                let _ = (&$me, &$aws, &$known);
                $body
            }
        })
    }};
}
pub(crate) use call;

/// The look-up of a call that makes a resource: it is there and carries our tag.
pub(crate) async fn seen<R: Resource>(resource: R, aws: Clients) -> Result<Option<Facts>, AwsFault> {
    match resource.observe(&aws).await {
        Observed::Present(facts) if resource.is_ours(&facts) => Ok(Some(resource.known(&facts))),
        Observed::Present(_) | Observed::Absent => Ok(None),
        Observed::CannotTell(fault) => Err(fault),
    }
}

/// A reference that should be filled by now is not: a fault of our ordering, shown instead of a panic.
pub(crate) fn not_known(action: &str, what: &str) -> AwsFault {
    AwsFault {
        action: action.to_owned(),
        code: None,
        message: format!("{what} is not known yet"),
        request_id: None,
        kind: FaultKind::Invalid,
    }
}

/// Absence is a fact, not an error: `NotFound` becomes `None`.
pub(crate) fn absent_is_none<T>(result: Result<T, AwsFault>) -> Result<Option<T>, AwsFault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(fault) if fault.kind == FaultKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// For deleting: what is gone already is done.
pub(crate) fn gone_is_done<T>(result: Result<T, AwsFault>) -> Result<Facts, AwsFault> {
    absent_is_none(result).map(|_| Facts::none())
}

/// For making what may be there already, when the name alone says that it is the same: a rule, a route.
pub(crate) fn there_is_done<T>(result: Result<T, AwsFault>) -> Result<Facts, AwsFault> {
    match result {
        Ok(_) => Ok(Facts::none()),
        Err(fault) if fault.kind == FaultKind::AlreadyExists => Ok(Facts::none()),
        Err(fault) => Err(fault),
    }
}
