def uninstall_hook(env):
    """Leave the surveys that customers answered, with their answers."""
    surveys = env["survey.survey"].with_context(active_test=False)
    used = surveys.search([("user_input_ids", "!=", False)])
    env["ir.model.data"].search(
        [
            ("module", "=", "crm_lifecycle_survey"),
            "|",
            "&",
            ("model", "=", "survey.survey"),
            ("res_id", "in", used.ids),
            "&",
            ("model", "=", "survey.question"),
            ("res_id", "in", used.question_and_page_ids.ids),
        ]
    ).unlink()
