-- The contacts of a project are one e-mail destination at most.
create unique index contacts_by_project on destinations (project_id) where config ->> 'role' = 'contacts';
