def migrate(cr, version):
    """Take the level's present price list for the one that it brought, where it could bring it."""
    cr.execute(
        """UPDATE crm_lifecycle_grade_set last
              SET brought_pricelist_id = pricelist.id
             FROM res_partner_grade grade
             JOIN product_pricelist pricelist ON pricelist.id = grade.default_pricelist_id
            WHERE grade.id = last.grade_id
              AND COALESCE(pricelist.company_id, last.company_id) = last.company_id"""
    )
