-- Every batch that is there gets its lot, with the batch's id; what it was made of, nobody wrote down. Frozen. 2026-11-26.

INSERT INTO lot (id, association_id, producer_id, material, name, name_key, dimension, standing, main, batch_id,
    site_id, from_whom, certificate, readings, recorded_at)
SELECT b.id, b.association_id, b.producer_id, 'product', b.lot, b.lot_key, 'count', 'own', TRUE, b.id,
    b.site_id, '', '', '{"grams": "' || CAST(p.grams AS TEXT) || '"}', b.declared_at
FROM batch b JOIN product p ON p.association_id = b.association_id AND p.id = b.product_id;
