//! The job engine: what happens to compute environments and jobs as time passes.
