//! The tables, as Diesel sees them. Kept by hand with the migrations; a test compares the two on both databases.

diesel::table! {
    settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    license_types (license_type) {
        license_type -> Text,
        seats_owned -> Nullable<BigInt>,
        seats_used -> BigInt,
    }
}

diesel::table! {
    companies (id) {
        id -> BigInt,
        name -> Text,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    teams (id) {
        id -> BigInt,
        name -> Text,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    groups (id) {
        id -> BigInt,
        name -> Text,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    job_roles (id) {
        id -> BigInt,
        name -> Text,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    team_members (team_id, user_id) {
        team_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    group_members (group_id, user_id) {
        group_id -> BigInt,
        user_id -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        first_name -> Text,
        last_name -> Text,
        email -> Text,
        title -> Text,
        phone -> Text,
        company_id -> Nullable<BigInt>,
        team_id -> Nullable<BigInt>,
        time_zone -> Text,
        state -> Text,
        deleted_from -> Nullable<Text>,
        deleted_at -> Nullable<BigInt>,
        access_level -> Nullable<Text>,
        last_access_level -> Text,
        created_at -> BigInt,
        last_sign_in_at -> BigInt,
        state_changed_at -> BigInt,
        state_operation_id -> Nullable<BigInt>,
        version -> BigInt,
        name_key -> Text,
        email_key -> Text,
        manager_id -> Nullable<BigInt>,
        leaves_at -> Nullable<BigInt>,
        leaves_zone -> Text,
        leave_operation_id -> Nullable<BigInt>,
        erasing_since -> Nullable<BigInt>,
        mobile -> Text,
        about -> Text,
        employee_number -> Text,
        group_id -> Nullable<BigInt>,
        job_role_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    user_counts (state) {
        state -> Text,
        users -> BigInt,
    }
}

diesel::table! {
    saved_lists (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        kind -> Text,
        name -> Text,
        name_key -> Text,
        query -> Text,
        is_shared -> Bool,
        saved_at -> BigInt,
    }
}

diesel::table! {
    picked_users (token) {
        token -> Text,
        owner_id -> BigInt,
        ids -> Text,
        picked_at -> BigInt,
    }
}

diesel::table! {
    passwords (user_id) {
        user_id -> BigInt,
        hash -> Text,
        must_change -> Bool,
        changed_at -> BigInt,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        key_digest -> Binary,
        user_id -> BigInt,
        data -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
        address -> Text,
        user_agent -> Text,
    }
}

diesel::table! {
    sign_in_attempts (bucket) {
        bucket -> Text,
        failures -> BigInt,
        last_failed_at -> BigInt,
    }
}

diesel::table! {
    setup_links (token_digest) {
        token_digest -> Binary,
        expires_at -> BigInt,
    }
}

diesel::table! {
    sign_in_links (user_id) {
        user_id -> BigInt,
        token_digest -> Binary,
        made_by -> Nullable<BigInt>,
        made_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    photos (user_id) {
        user_id -> BigInt,
        digest -> Text,
        content_type -> Text,
        bytes -> Binary,
        changed_at -> BigInt,
    }
}

diesel::table! {
    audit_entries (seq) {
        seq -> BigInt,
        at -> BigInt,
        act -> Text,
        actor_id -> Nullable<BigInt>,
        user_id -> Nullable<BigInt>,
        operation_id -> Nullable<BigInt>,
        digest -> Binary,
        link -> Binary,
        path -> Text,
    }
}

diesel::table! {
    audit_details (seq) {
        seq -> BigInt,
        salt -> Binary,
        details -> Text,
    }
}

diesel::table! {
    audit_head (id) {
        id -> SmallInt,
        entries -> BigInt,
        link -> Binary,
        seal -> Binary,
    }
}

diesel::table! {
    audit_marks (name) {
        name -> Text,
        entries -> BigInt,
        link -> Binary,
        at -> BigInt,
        whole_at -> Nullable<BigInt>,
        finding -> Text,
        seal -> Binary,
    }
}

diesel::table! {
    projects (id) {
        id -> BigInt,
        name -> Text,
        name_key -> Text,
        owner_id -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    work_items (id) {
        id -> BigInt,
        kind -> Text,
        project_id -> BigInt,
        title -> Text,
        status -> Text,
        created_by -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

diesel::table! {
    assignments (work_item_id, user_id) {
        work_item_id -> BigInt,
        user_id -> BigInt,
        assigned_by -> Nullable<BigInt>,
        assigned_at -> BigInt,
        ended_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    hours (id) {
        id -> BigInt,
        user_id -> Nullable<BigInt>,
        work_item_id -> BigInt,
        minutes -> BigInt,
        spent_on -> Text,
    }
}

diesel::table! {
    notes (id) {
        id -> BigInt,
        author_id -> Nullable<BigInt>,
        work_item_id -> Nullable<BigInt>,
        body -> Text,
        created_at -> BigInt,
        about_user_id -> Nullable<BigInt>,
        operation_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    edit_plans (id) {
        id -> Text,
        act -> Text,
        created_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        selection -> Text,
        return_to -> Text,
        reason -> Text,
        wanted -> Text,
        fingerprint -> Text,
        operation_id -> Nullable<BigInt>,
        undoes -> Nullable<BigInt>,
        chosen -> Text,
    }
}

diesel::table! {
    edit_rows (plan_id, n) {
        plan_id -> Text,
        n -> BigInt,
        user_id -> Nullable<BigInt>,
        name -> Text,
        step -> Text,
        why -> Nullable<Text>,
        takes -> Nullable<Text>,
        frees -> Nullable<Text>,
        version -> BigInt,
        before -> Text,
        after -> Text,
        problems -> Text,
    }
}

diesel::table! {
    documents (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        project_id -> Nullable<BigInt>,
        work_item_id -> Nullable<BigInt>,
        name -> Text,
        bytes -> BigInt,
        stored_as -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    reports (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        name -> Text,
        created_at -> BigInt,
        groups_by -> Text,
        runs_as -> Nullable<BigInt>,
    }
}

diesel::table! {
    report_runs (report_id, user_id) {
        report_id -> BigInt,
        user_id -> BigInt,
        last_run_at -> BigInt,
    }
}

diesel::table! {
    dashboards (id) {
        id -> BigInt,
        owner_id -> Nullable<BigInt>,
        created_by -> Nullable<BigInt>,
        name -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    doomed_files (stored_as) {
        stored_as -> Text,
    }
}

diesel::table! {
    plans (id) {
        id -> Text,
        act -> Text,
        created_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        selection -> Text,
        return_to -> Text,
        reason -> Text,
        free_seats -> Text,
        fingerprint -> Text,
        members -> BigInt,
        operation_id -> Nullable<BigInt>,
        receivers -> Text,
        leaves_on -> Text,
        undoes -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_members (plan_id, user_id) {
        plan_id -> Text,
        user_id -> BigInt,
        name_key -> Text,
        state -> Text,
        access_level -> Text,
        has_history -> Bool,
        history -> Text,
        sessions -> BigInt,
        step -> Text,
        refusal -> Nullable<Text>,
        chosen -> Bool,
        new_level -> Nullable<Text>,
        new_email -> Nullable<Text>,
        leaves_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    plan_duties (plan_id, user_id, duty) {
        plan_id -> Text,
        user_id -> BigInt,
        duty -> Text,
        entries -> BigInt,
        digest -> BigInt,
        pressing -> BigInt,
        choice -> Text,
        receiver_id -> Nullable<BigInt>,
        chosen -> Bool,
        problem -> Nullable<Text>,
    }
}

diesel::table! {
    plan_changes (id) {
        id -> BigInt,
        plan_id -> Text,
        at -> BigInt,
        user_id -> BigInt,
        what -> Text,
    }
}

diesel::table! {
    imports (id) {
        id -> Text,
        created_by -> BigInt,
        created_at -> BigInt,
        expires_at -> BigInt,
        file_name -> Text,
        sheet -> Text,
        sheets -> Text,
        headings -> Text,
        mapping -> Text,
        default_level -> Nullable<Text>,
        lines -> BigInt,
        is_read -> Bool,
        plan_id -> Nullable<Text>,
    }
}

diesel::table! {
    import_lines (import_id, line) {
        import_id -> Text,
        line -> BigInt,
        cells -> Text,
    }
}

diesel::table! {
    handovers (operation_id, duty, object_id, from_user) {
        operation_id -> BigInt,
        duty -> Text,
        object_id -> BigInt,
        from_user -> BigInt,
        to_user -> Nullable<BigInt>,
        at -> BigInt,
        how -> Text,
        before -> Nullable<BigInt>,
        returned -> Nullable<Text>,
    }
}

diesel::table! {
    messages (id) {
        id -> BigInt,
        user_id -> BigInt,
        created_at -> BigInt,
        kind -> Text,
        about_user -> Nullable<BigInt>,
        operation_id -> Nullable<BigInt>,
        read_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    operations (id) {
        id -> BigInt,
        plan_id -> Text,
        act -> Text,
        state -> Text,
        stopped_because -> Nullable<Text>,
        started_by -> Nullable<BigInt>,
        run_by -> Nullable<BigInt>,
        reason -> Text,
        created_at -> BigInt,
        starts_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        total -> BigInt,
        done -> BigInt,
        skipped -> BigInt,
        failed -> BigInt,
        attempts -> BigInt,
        result -> Text,
        receipt -> Nullable<Text>,
        undoes -> Nullable<BigInt>,
        lease_holder -> Nullable<Text>,
        lease_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    operation_rows (operation_id, user_id) {
        operation_id -> BigInt,
        user_id -> BigInt,
        step -> Text,
        argument -> Nullable<Text>,
        due_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        reason -> Nullable<Text>,
        before_version -> Nullable<BigInt>,
        before_changed_at -> Nullable<BigInt>,
        before_operation_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    dormant_exemptions (user_id) {
        user_id -> BigInt,
        ends_at -> BigInt,
        reason -> Text,
        exempted_by -> Nullable<BigInt>,
        exempted_at -> BigInt,
    }
}

diesel::joinable!(users -> companies (company_id));
diesel::joinable!(users -> teams (team_id));
diesel::joinable!(saved_lists -> users (owner_id));
diesel::joinable!(passwords -> users (user_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(sign_in_links -> users (user_id));
diesel::joinable!(photos -> users (user_id));
diesel::joinable!(audit_details -> audit_entries (seq));
diesel::joinable!(work_items -> projects (project_id));
diesel::joinable!(work_items -> users (created_by));
diesel::joinable!(assignments -> work_items (work_item_id));
diesel::joinable!(hours -> users (user_id));
diesel::joinable!(hours -> work_items (work_item_id));
diesel::joinable!(notes -> users (author_id));
diesel::joinable!(notes -> work_items (work_item_id));
diesel::joinable!(documents -> users (owner_id));
diesel::joinable!(documents -> projects (project_id));
diesel::joinable!(documents -> work_items (work_item_id));
diesel::joinable!(edit_rows -> edit_plans (plan_id));
diesel::joinable!(plan_members -> plans (plan_id));
diesel::joinable!(plan_duties -> plans (plan_id));
diesel::joinable!(plan_changes -> plans (plan_id));
diesel::joinable!(operation_rows -> operations (operation_id));
diesel::joinable!(dormant_exemptions -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    settings,
    license_types,
    companies,
    teams,
    groups,
    job_roles,
    team_members,
    group_members,
    users,
    user_counts,
    saved_lists,
    picked_users,
    passwords,
    sessions,
    sign_in_attempts,
    setup_links,
    sign_in_links,
    photos,
    audit_entries,
    audit_details,
    audit_head,
    audit_marks,
    projects,
    work_items,
    assignments,
    hours,
    notes,
    documents,
    reports,
    report_runs,
    dashboards,
    doomed_files,
    plans,
    plan_members,
    plan_duties,
    plan_changes,
    edit_plans,
    edit_rows,
    imports,
    import_lines,
    handovers,
    messages,
    operations,
    operation_rows,
    dormant_exemptions,
);
